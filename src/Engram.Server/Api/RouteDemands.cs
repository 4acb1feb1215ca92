using Engram.Durable.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;

namespace Engram.Server.Api;

/// <summary>What a route takes: how many bytes, from whom.</summary>
internal static class RouteDemands
{
    /// <summary>What a form has besides its file.</summary>
    public const int AroundFile = 1 << 20;

    /// <summary>Refuses requests that have more.</summary>
    public static RouteHandlerBuilder Limited(this RouteHandlerBuilder route, long bytes) => route.WithMetadata(new SizeLimit(bytes));

    /// <summary>Asks a role of whoever calls.</summary>
    public static RouteHandlerBuilder Demanding(this RouteHandlerBuilder route, AccessRole role, bool begins = false) => route.WithMetadata(new Demands(role, begins));

    private sealed record SizeLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
