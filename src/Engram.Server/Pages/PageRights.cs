using System.Security.Claims;

namespace Engram.Server.Pages;

/// <summary>What somebody may do here; everything where the server has no keys.</summary>
/// <param name="CanLearn">Give and cancel lessons.</param>
/// <param name="CanDecide">Choose which version answers.</param>
internal sealed record PageRights(bool CanLearn, bool CanDecide)
{
    /// <summary>Those of a key's roles: <c>admin</c>, <c>learn</c>, <c>read</c>.</summary>
    public static PageRights Of(ClaimsPrincipal user)
    {
        bool isFree = user.Identity?.IsAuthenticated != true, isAdmin = isFree || user.IsInRole("admin");
        return new(isAdmin || user.IsInRole("learn"), isAdmin);
    }

    /// <summary>Refuses what a key does not allow.</summary>
    /// <exception cref="EngramException">It does not (<c>not-allowed</c>).</exception>
    public static void Demand(bool may, string what, string role)
    {
        if (!may) throw EngramException.Input("not-allowed", $"This key may not {what}; ask with a key of the role '{role}'.");
    }
}
