using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;

namespace Engram.Server.Api;

/// <summary>How many bytes a route takes.</summary>
internal static class RequestSize
{
    /// <summary>What a form has besides its file.</summary>
    public const int AroundFile = 1 << 20;

    /// <summary>Refuses requests that have more.</summary>
    public static RouteHandlerBuilder Limited(this RouteHandlerBuilder route, long bytes) => route.WithMetadata(new SizeLimit(bytes));

    private sealed record SizeLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
