using System.Reflection;
using Engram.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engram.Fleet.Web;

/// <summary>A server of a cluster, as <c>engram serve --cluster</c> starts it: every one answers for every learner of the database.</summary>
public static class FleetServer
{
    /// <summary>Serves until the process is told to end.</summary>
    /// <param name="database"><c>postgres://user:password@host/database</c>.</param>
    /// <param name="urls">Where to listen, with semicolons between.</param>
    /// <param name="settings">Settings by their path, such as <c>Engram:Spool</c> and <c>Fleet:SiloHost</c>; what is not given comes from <c>appsettings.json</c> of the current folder and from the environment.</param>
    /// <param name="isQuiet">Whether warnings and errors alone are said.</param>
    /// <param name="assemblies">With readers, frozen networks, methods and networks of one's own, such as that of <c>Engram.Pictures</c>.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>0.</returns>
    /// <exception cref="EngramException">The database cannot be reached, an address cannot be listened on, or a setting is wrong.</exception>
    public static Task<int> Run(string database, string urls, IReadOnlyDictionary<string, string?> settings, bool isQuiet, IReadOnlyList<Assembly> assemblies, CancellationToken cancellation)
    {
        foreach (string path in settings.Keys) RequireKnown(path);
        return EngramServer.Run([], urls, settings, isQuiet, builder => Add(builder, database, assemblies), Use, cancellation);
    }

    private static void Add(WebApplicationBuilder builder, string database, IReadOnlyList<Assembly> assemblies)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[$"{ServerOptions.Section}:{nameof(ServerOptions.Spool)}"]))
            throw EngramException.Input("no-spool", "The servers of a cluster need one folder for lessons that wait to be learned, so that one goes on with what another took in; name it with --set Spool=/mnt/engram-lessons, the same for all of them.");
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Orleans.Runtime.Silo", LogLevel.Error).AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error).AddFilter("Polly", LogLevel.Warning).AddFilter("Yarp", LogLevel.Error);
        builder.AddEngramFleet(database, null, assemblies);
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<OwnerForwarding>().AddHostedService<WaitingLessons>();
        ProtectionKeys.Share(builder.Services);
    }

    private static void Use(WebApplication app)
    {
        app.Services.GetRequiredService<FleetTables>().Make(); // a host that cannot start shows all of an exception, so a database that is not there is told before
        FleetPlace place = app.Services.GetRequiredService<FleetPlace>();
        string host = app.Services.GetRequiredService<IOptions<FleetOptions>>().Value.SiloHost;
        place.IsServer = true;
        app.Lifetime.ApplicationStarted.Register(() => place.Server = Reached(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(), host));
        app.Use(app.Services.GetRequiredService<OwnerForwarding>().Invoke);
    }

    // As others reach what this listens on.
    private static string Reached(string address, string host)
    {
        UriBuilder url = new(address.Replace("://+", "://0.0.0.0", StringComparison.Ordinal).Replace("://*", "://0.0.0.0", StringComparison.Ordinal));
        if (url.Host is "0.0.0.0" or "[::]") url.Host = host;
        return url.Uri.GetLeftPart(UriPartial.Authority);
    }

    private static void RequireKnown(string path)
    {
        string[] parts = path.Split(':'), names = [.. typeof(FleetOptions).GetProperties().Where(property => property.Name != nameof(FleetOptions.Begin)).Select(property => property.Name)];
        if (parts[0] == FleetOptions.Section && !names.Contains(parts[^1], StringComparer.OrdinalIgnoreCase))
            throw EngramException.Input("invalid-setting", $"There is no setting '{Quote.Of(path)}'; there are {string.Join(", ", names.Select(name => $"{FleetOptions.Section}:{name}"))}.");
    }
}
