using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Engram.Server.Api;

/// <summary>Who asks.</summary>
internal static class Caller
{
    /// <summary>Name of the key; null where there are no keys.</summary>
    public static string? Of(HttpContext context) => context.User.FindFirstValue(ClaimTypes.Name);
}
