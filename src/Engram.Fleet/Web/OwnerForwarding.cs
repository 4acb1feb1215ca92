using System.Diagnostics;
using System.Globalization;
using System.Net;
using Engram.Server;
using Engram.Server.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Yarp.ReverseProxy.Forwarder;

namespace Engram.Fleet.Web;

/// <summary>
/// Any server answers for any learner: what is asked about one that another server holds is handed on as it is, streams and uploads too, and that server looks at keys. A request is handed on
/// once; that it was, and who asked, stands in headers with a secret of the cluster.
/// </summary>
internal sealed class OwnerForwarding : IDisposable
{
    private const string Mark = "Engram-Forwarded", Caller = "Engram-Caller", Elsewhere = "Engram-Elsewhere";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15), Pause = TimeSpan.FromMilliseconds(100), LongestSilence = TimeSpan.FromHours(1);

    private readonly ServedLearners learners;
    private readonly FleetClient fleet;
    private readonly FleetPlace place;
    private readonly IHttpForwarder forwarder;
    private readonly Lazy<string> secret;
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler
    {
        UseProxy = false, AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None, ConnectTimeout = TimeSpan.FromSeconds(2), EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
    });

    /// <summary>Prepares it.</summary>
    public OwnerForwarding(ServedLearners learners, FleetClient fleet, FleetPlace place, FleetTables tables, IHttpForwarder forwarder)
    {
        (this.learners, this.fleet, this.place, this.forwarder) = (learners, fleet, place, forwarder);
        secret = new(() => tables.Secret("forwarding"));
    }

    /// <summary>Answers what is asked about this server's learners, and hands on the rest.</summary>
    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        bool isForwarded = await TakeCaller(context);
        if (context.Request.RouteValues["name"] is not string name || !learners.IsOfFleet(name)) await next(context);
        else if (isForwarded) await AnswerForwarded(context, name, next);
        else await AnswerOrForward(context, name, next);
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    // The connection is another server's; the caller is who asked that one.
    private async Task<bool> TakeCaller(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        string mark = headers[Mark].ToString(), caller = headers[Caller].ToString();
        headers.Remove(Mark);
        headers.Remove(Caller);
        if (mark.Length == 0 || !FleetTables.AreSame(mark, await Task.Run(() => secret.Value))) return false;
        context.Connection.RemoteIpAddress = IPAddress.TryParse(caller, out IPAddress? address) ? address : IPAddress.Any; // whom nobody knows is no local caller
        return true;
    }

    private async Task AnswerForwarded(HttpContext context, string name, RequestDelegate next)
    {
        if (learners.Serves(name))
        {
            await next(context);
            return;
        }
        context.Response.Headers[Elsewhere] = "1";
        throw Moved(name);
    }

    private async Task AnswerOrForward(HttpContext context, string name, RequestDelegate next)
    {
        bool begins = context.GetEndpoint()?.Metadata.GetMetadata<Demands>() is { Begins: true }, isRepeatable = IsRepeatable(context.Request);
        long begun = Stopwatch.GetTimestamp();
        if (isRepeatable) context.Request.EnableBuffering();
        while (true)
        {
            string owner = await fleet.Ask(name, grain => grain.Where(begins), context.RequestAborted);
            if (owner == place.Url && learners.Serves(name))
            {
                await next(context);
                return;
            }
            if (owner != place.Url && await Forwarded(context, owner)) return;
            if (!isRepeatable || context.Response.HasStarted || Stopwatch.GetElapsedTime(begun) > Patience) throw Moved(name);
            context.Request.Body.Position = 0;
            await Task.Delay(Pause, context.RequestAborted);
        }
    }

    // What changes nothing may be asked twice; a stream of events is asked for anew by who reads it.
    private static bool IsRepeatable(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
        || request.Path.Value is { } path && (path.EndsWith("/predict", StringComparison.OrdinalIgnoreCase) || path.EndsWith("/check", StringComparison.OrdinalIgnoreCase) || path.EndsWith("/ask", StringComparison.OrdinalIgnoreCase));

    // Whether it was answered: false where the owner is gone, or is none any more.
    private async Task<bool> Forwarded(HttpContext context, string owner)
    {
        Handing handing = new(secret.Value, context.Connection.RemoteIpAddress);
        ForwarderError error = await forwarder.SendAsync(context, owner, client, new() { ActivityTimeout = LongestSilence }, handing);
        if (error == ForwarderError.None) return !handing.IsElsewhere;
        if (context.RequestAborted.IsCancellationRequested || context.Response.HasStarted) return true;
        context.Response.Clear();
        return false;
    }

    private static EngramException Moved(string name) => EngramException.Failure("elsewhere", string.Create(CultureInfo.InvariantCulture, $"'{Quote.Of(name)}' has just left the server that held it; ask again a little later."));

    private sealed class Handing(string secret, IPAddress? caller) : HttpTransformer
    {
        public bool IsElsewhere { get; private set; }

        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Host = httpContext.Request.Host.Value; // pages and guards look at what the caller asked
            proxyRequest.Headers.Add(Mark, secret);
            proxyRequest.Headers.Add(Caller, (caller ?? IPAddress.Loopback).ToString());
        }

        public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            IsElsewhere = proxyResponse?.Headers.Contains(Elsewhere) == true;
            return !IsElsewhere && await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        }
    }
}
