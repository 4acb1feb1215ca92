using Engram.Durable.Access;
using Engram.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Engram.Server.Pages;

/// <summary>What somebody may do here; everything where the server has no keys.</summary>
/// <param name="CanLearn">Give and cancel lessons.</param>
/// <param name="CanDecide">Choose which version answers.</param>
internal sealed record PageRights(bool CanLearn, bool CanDecide)
{
    /// <summary>Those of the key that the guard has found; all where there are no keys.</summary>
    public static PageRights Of(HttpContext context) => AccessGuard.KeyOf(context) is { } key ? new(key.Role >= AccessRole.Learn, key.Role >= AccessRole.Admin) : new(true, true);
}
