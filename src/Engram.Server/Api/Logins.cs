using System.Security.Claims;
using Engram.Durable.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Engram.Server.Api;

/// <summary>Visitors who show a key once: a cookie remembers its id, never its secret, and is worth nothing once the key is revoked.</summary>
internal static class Logins
{
    /// <summary>Name under which the cookie is known to the program, which may have others.</summary>
    public const string Scheme = "Engram";

    /// <summary>Settings of the cookie.</summary>
    public static void Set(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "engram";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromDays(7);
        options.SlidingExpiration = true;
        options.LoginPath = "/login";
    }

    /// <summary>Maps <c>POST /login</c> with a form's <c>key</c>, and <c>POST /logout</c>.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/login", Login).ExcludeFromDescription();
        app.MapPost("/logout", Logout).ExcludeFromDescription();
    }

    private static async Task<IResult> Login(HttpContext context, IAntiforgery antiforgery, ServedLearners learners)
    {
        if (!await antiforgery.IsRequestValidAsync(context)) throw EngramException.Input("other-site", "The form is not this server's, or too old; open the page again.");
        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        string secret = form["key"].ToString().Trim();
        List<Claim> claims = [];
        string? name = null;
        foreach (var (learner, key) in await Task.Run(() => learners.Of(secret).ToList()))
        {
            claims.Add(new(AccessGuard.Claim, $"{learner}/{key.Id}"));
            claims.Add(new(ClaimTypes.Role, key.Role.ToString().ToLowerInvariant()));
            name ??= key.Name;
        }
        string back = form["back"].ToString();
        if (!IsOwnPath(back)) back = "/";
        if (claims.Count == 0) return Results.Redirect($"/login?wrong=true&back={Uri.EscapeDataString(back)}");
        claims.Add(new(ClaimTypes.Name, name!));
        await context.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme)), new() { IsPersistent = true });
        return Results.Redirect(back);
    }

    private static async Task<IResult> Logout(HttpContext context, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context)) throw EngramException.Input("other-site", "The form is not this server's, or too old; open the page again.");
        await context.SignOutAsync(Scheme);
        return Results.Redirect("/login");
    }

    // A path of this server, not another site's.
    private static bool IsOwnPath(string path) => path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\');
}
