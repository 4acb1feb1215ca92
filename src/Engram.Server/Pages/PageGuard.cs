using Engram.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Engram.Server.Pages;

/// <summary>Who may see a page: as the guard of the interface says, and whoever shows no key is led to where one is shown.</summary>
/// <param name="guard">That of the interface.</param>
internal sealed class PageGuard(AccessGuard guard) : IEndpointFilter
{
    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        // A page has to know where it is.
        if (!Uri.TryCreate($"{http.Request.Scheme}://{http.Request.Host.Value}/", UriKind.Absolute, out _)) throw new BadHttpRequestException($"The host '{Quote.Of(http.Request.Host.Value ?? "")}' is no name of a server.");
        try
        {
            return await guard.InvokeAsync(context, next);
        }
        catch (EngramException error) when (error.Code is "no-key" or "wrong-key" && HttpMethods.IsGet(http.Request.Method))
        {
            return Results.Redirect($"{http.Request.PathBase}/login?back={Uri.EscapeDataString(http.Request.Path)}");
        }
        catch (EngramException error)
        {
            return PageRoutes.Refused(http, error);
        }
    }

    /// <summary>Where a key is shown.</summary>
    public static Task<IResult> Login(HttpContext context, string? back, bool? wrong) => PageRoutes.LoginShown(context, back ?? "/", wrong == true);
}
