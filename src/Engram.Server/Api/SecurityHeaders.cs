using Microsoft.AspNetCore.Http;

namespace Engram.Server.Api;

/// <summary>What every answer tells a browser: load nothing from elsewhere, be shown in no frame, guess no types.</summary>
internal static class SecurityHeaders
{
    /// <summary>What the page of this server may load: its own, and the pictures of samples that stand in it.</summary>
    public const string Own = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private const string Reference = "default-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"; // whose script writes its own style

    /// <summary>Adds them.</summary>
    public static Task Add(HttpContext context, RequestDelegate next)
    {
        // At the very end: what handles errors begins with none.
        context.Response.OnStarting(static state =>
        {
            Set((HttpContext)state);
            return Task.CompletedTask;
        }, context);
        return next(context);
    }

    private static void Set(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/reference") ? Reference : Own;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
