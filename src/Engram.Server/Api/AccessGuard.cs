using System.Net;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Engram.Durable.Access;
using Engram.Durable.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Engram.Server.Api;

/// <summary>
/// Who may: a key with the role that a route demands, shown as <c>Authorization: Bearer</c>, as <c>X-Api-Key</c> or by a visitor's login. A learner without keys answers callers
/// on this machine alone. Pages of other sites may ask nothing for their visitors.
/// </summary>
internal sealed class AccessGuard : IEndpointFilter, IDisposable
{
    /// <summary>Name of the claims that a login leaves: learner and id of the key, with a slash between.</summary>
    public const string Claim = "engram-key";

    private const int MostListed = 100;
    private static readonly string[] passedOn = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];
    private readonly PartitionedRateLimiter<string>? limiter;

    /// <summary>Prepares the limit of requests, where there is one.</summary>
    public AccessGuard(IOptions<ServerOptions> options)
    {
        if (options.Value.MostRequestsPerSecond is > 0 and var most)
            limiter = PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetFixedWindowLimiter(who, _ => new() { PermitLimit = most, Window = TimeSpan.FromSeconds(1) }));
    }

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        RefuseOtherSites(http);
        if (http.Request.RouteValues["name"] is string name)
        {
            Demands demands = http.GetEndpoint()?.Metadata.GetMetadata<Demands>() ?? new(AccessRole.Admin, Begins: false); // a route that says nothing is for few
            ServedLearners learners = http.RequestServices.GetRequiredService<ServedLearners>();
            AccessKey? key = await Demand(http, learners.Find(name, create: demands.Begins && learners.MayBegin(name)), demands.Role);
            if (key is not null) http.Items[typeof(AccessKey)] = key;
            if (limiter is not null)
            {
                using RateLimitLease lease = limiter.AttemptAcquire(key?.Id ?? $"{http.Connection.RemoteIpAddress}");
                if (!lease.IsAcquired) throw EngramException.Failure("too-many", "This key has asked as often as it may within a second; ask again a little later.");
            }
        }
        return await next(context);
    }

    /// <summary>The key that asked, which the guard has found; null where there are no keys.</summary>
    public static AccessKey? KeyOf(HttpContext context) => context.Items[typeof(AccessKey)] as AccessKey;

    /// <summary>Name of the key that asked; null where there are no keys.</summary>
    public static string? NameOf(HttpContext context) => KeyOf(context)?.Name;

    /// <summary>Demands a role of whoever asks.</summary>
    /// <param name="context">The request.</param>
    /// <param name="learner">What is asked.</param>
    /// <param name="role">What is demanded.</param>
    /// <returns>The key; null where the learner has none.</returns>
    /// <exception cref="EngramException">No key is shown (<c>no-key</c>), it is wrong (<c>wrong-key</c>), or may not (<c>not-allowed</c>).</exception>
    public static async Task<AccessKey?> Demand(HttpContext context, ServedLearner learner, AccessRole role)
    {
        KeyRing ring = learner.Keys;
        if (ring.IsEmpty)
        {
            if (IsLocal(context)) return null;
            throw EngramException.Input("not-allowed", $"'{learner.Name}' has no keys, so it answers callers on its own machine alone; add one with: engram keys add ENGRAM --role read");
        }
        AccessKey key = await Shown(context, learner.Name, ring);
        return key.Role >= role ? key : throw EngramException.Input("not-allowed", $"The key '{Quote.Of(key.Name)}' has the role {Word(key.Role)}, and this takes {Word(role)}.");
    }

    /// <summary>Lets callers on this machine pass, and those with a key of any learner.</summary>
    public static Task DemandAny(HttpContext context, RequestDelegate next)
    {
        bool has = IsLocal(context) || (SecretOf(context.Request) is { } secret && context.RequestServices.GetRequiredService<ServedLearners>().Of(secret).Any());
        return has ? next(context) : throw EngramException.Input("no-key", "Callers from other machines need a key of one of the learners; show it as 'Authorization: Bearer engram_...'.");
    }

    /// <summary>The learners of a fleet that a caller may ask: those of the keys that are shown, and on this machine the first of those without keys.</summary>
    /// <param name="context">The request; <c>after</c> in its query is the name after which those without keys begin.</param>
    /// <param name="learners">The server's.</param>
    public static async Task<IReadOnlyList<ListedLearner>> OfFleet(HttpContext context, ServedLearners learners)
    {
        if (learners.Database is not { } database) return [];
        string? secret = SecretOf(context.Request);
        AuthenticateResult? login = secret is null ? await context.AuthenticateAsync(Logins.Scheme) : null;
        string[] claims = [.. login?.Principal?.FindAll(Claim).Select(claim => claim.Value) ?? []];
        string after = context.Request.Query["after"].ToString();
        return await Task.Run<IReadOnlyList<ListedLearner>>(() =>
        {
            List<ListedLearner> listed = [];
            if (secret is not null)
                foreach (var (name, key) in learners.Of(secret)) listed.AddRange(database.OfKey(key.Id).Where(one => one.Name == name));
            foreach (string claim in claims)
                if (claim.LastIndexOf('/') is > 0 and var end) listed.AddRange(database.OfKey(claim[(end + 1)..]).Where(one => one.Name == claim[..end]));
            if (IsLocal(context)) listed.AddRange(database.WithoutKeys(after, MostListed));
            return listed;
        });
    }

    /// <summary>Whether somebody may, for what is shown.</summary>
    public static async Task<bool> May(HttpContext context, ServedLearner learner, AccessRole role)
    {
        try
        {
            await Demand(context, learner, role);
            return true;
        }
        catch (EngramException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a request comes from this machine, and names it as what it is: a name that somebody else's server gives out could be any. What a proxy here has passed on comes from wherever
    /// its callers are.
    /// </summary>
    public static bool IsLocal(HttpContext context) => !passedOn.Any(context.Request.Headers.ContainsKey)
        && (context.Connection.RemoteIpAddress is not { } from || (IPAddress.IsLoopback(from) && IsLocalName(context.Request.Host.Host)));

    /// <summary>Whether a host is this machine.</summary>
    public static bool IsLocalName(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <inheritdoc/>
    public void Dispose() => limiter?.Dispose();

    private static async Task<AccessKey> Shown(HttpContext context, string learner, KeyRing ring)
    {
        if (SecretOf(context.Request) is { } secret) return ring.Find(secret) ?? throw EngramException.Input("wrong-key", $"The key is none of '{learner}', or was revoked.");
        AuthenticateResult login = await context.AuthenticateAsync(Logins.Scheme);
        foreach (Claim claim in login.Principal?.FindAll(Claim) ?? [])
            if (claim.Value.StartsWith(learner + "/", StringComparison.Ordinal) && ring.Holds(claim.Value[(learner.Length + 1)..]) is { } key) return key;
        throw EngramException.Input("no-key", $"'{learner}' answers those with a key alone; show one as 'Authorization: Bearer engram_...'.");
    }

    private static string? SecretOf(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        string authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return authorization[Bearer.Length..].Trim();
        return request.Headers.TryGetValue("X-Api-Key", out var key) ? key.ToString() : null;
    }

    // A browser says where a request comes from; what is no browser's says nothing.
    private static void RefuseOtherSites(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate") return; // a link, which the other page learns nothing from
        string site = request.Headers["Sec-Fetch-Site"].ToString(), origin = request.Headers.Origin.ToString();
        bool isOwn = origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
        if (site is not ("" or "same-origin" or "none") || !isOwn)
            throw EngramException.Input("other-site", $"The page of another site ({Quote.Of(origin.Length > 0 ? origin : site)}) asks; only this server's own pages may.");
    }

    private static string Word(AccessRole role) => role.ToString().ToLowerInvariant();
}
