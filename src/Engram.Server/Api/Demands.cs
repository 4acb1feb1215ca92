using Engram.Durable.Access;
using Microsoft.AspNetCore.Builder;

namespace Engram.Server.Api;

/// <summary>Which role a route asks of its caller.</summary>
/// <param name="Role">The role; those above it may as well.</param>
/// <param name="Begins">Whether the learner may be one that is not there yet.</param>
internal sealed record Demands(AccessRole Role, bool Begins);

/// <summary>How routes say it.</summary>
internal static class DemandingRoutes
{
    /// <summary>Demands a role of whoever asks.</summary>
    public static RouteHandlerBuilder Demanding(this RouteHandlerBuilder route, AccessRole role, bool begins = false) => route.WithMetadata(new Demands(role, begins));
}
