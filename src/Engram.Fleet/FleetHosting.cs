using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Engram.Durable.Storage;
using Engram.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Engram.Fleet;

/// <summary>Makes a program part of a fleet.</summary>
public static class FleetHosting
{
    /// <summary>Name of the grain directory.</summary>
    internal const string Directory = "engram";

    private const string Npgsql = "Npgsql";

    /// <summary>
    /// Makes the program a process of the cluster, with learners, and brings the <see cref="FleetClient"/>. Tables that are missing are made when it starts: those of Orleans in the
    /// schema <c>orleans</c>, the learners' in <c>engram</c>.
    /// </summary>
    /// <param name="builder">The program's.</param>
    /// <param name="database"><c>postgres://user:password@host/database</c>.</param>
    /// <param name="configure">Sets options; null leaves them as the configuration's section <c>Fleet</c> has them.</param>
    /// <param name="assemblies">With readers, frozen networks, methods and networks of one's own, such as that of <c>Engram.Pictures</c>.</param>
    /// <exception cref="EngramException">The address or an option is wrong.</exception>
    public static IHostApplicationBuilder AddEngramFleet(this IHostApplicationBuilder builder, string database, Action<FleetOptions>? configure = null, params IReadOnlyList<Assembly> assemblies)
    {
        FleetOptions options = OptionsOf(builder, configure);
        string own = Limited(database, options.Connections);
        PostgresLearners learners = new(own);
        string connection = ConnectionOf(learners, options);
        builder.Services.AddSingleton(Options.Create(options)).AddSingleton(learners).AddSingleton<FleetPlace>();
        builder.Services.AddSingleton(services => new FleetTables(connection, learners, services.GetRequiredService<IOptions<FleetTablesMaking>>().Value)).AddHostedService(services => services.GetRequiredService<FleetTables>());
        builder.Services.TryAddSingleton<FleetClient>();
        builder.Services.Configure<ServerOptions>(server => (server.LessonsAtOnce, server.AnswersRemembered) = (Environment.ProcessorCount, 1000));
        builder.Services.AddEngram(new LearnerSource("", own, assemblies) { IsDatabase = true, Begin = options.Begin });
        builder.UseOrleans(silo =>
        {
            silo.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (Npgsql, connection));
            silo.AddAdoNetGrainDirectory(Directory, directory => (directory.Invariant, directory.ConnectionString) = (Npgsql, connection));
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Cluster, "engram"));
            silo.ConfigureEndpoints(IPAddress.Parse(options.SiloHost), options.SiloPort, options.GatewayPort ?? 0);
            silo.Configure<ClusterMembershipOptions>(members => Watch(members, options));
            silo.Configure<GrainCollectionOptions>(collection =>
            {
                collection.CollectionAge = options.IdleAfter;
                collection.CollectionQuantum = TimeSpan.FromTicks(Math.Min(TimeSpan.FromMinutes(1).Ticks, options.IdleAfter.Ticks / 2));
            });
        });
        return builder;
    }

    /// <summary>Lets a program ask a fleet that it is no part of: it brings the <see cref="FleetClient"/>. Processes of the fleet must have a <see cref="FleetOptions.GatewayPort"/>.</summary>
    /// <param name="builder">The program's.</param>
    /// <param name="database">As for the fleet.</param>
    /// <param name="configure">As for the fleet.</param>
    public static IHostApplicationBuilder AddEngramFleetClient(this IHostApplicationBuilder builder, string database, Action<FleetOptions>? configure = null)
    {
        FleetOptions options = OptionsOf(builder, configure);
        string connection = ConnectionOf(new(Limited(database, options.Connections)), options);
        builder.Services.TryAddSingleton<FleetClient>();
        builder.UseOrleansClient(client =>
        {
            client.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (Npgsql, connection));
            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Cluster, "engram"));
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = options.ProbeEvery);
        });
        return builder;
    }

    // A process that is gone is noticed by the others within ProbeEvery times ProbesMissed and a vote; two of them must agree, so that one with a broken network buries nobody.
    private static void Watch(ClusterMembershipOptions members, FleetOptions options)
    {
        (members.ProbeTimeout, members.NumMissedProbesLimit, members.NumVotesForDeathDeclaration) = (options.ProbeEvery, options.ProbesMissed, 2);
        members.TableRefreshTimeout = options.ProbeEvery * 5;
        members.IAmAliveTablePublishTimeout = options.ProbeEvery * 5;
        members.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
        members.DefunctSiloExpiration = TimeSpan.FromHours(1);
    }

    private static FleetOptions OptionsOf(IHostApplicationBuilder builder, Action<FleetOptions>? configure)
    {
        FleetOptions options = new();
        Microsoft.Extensions.Configuration.ConfigurationBinder.Bind(builder.Configuration.GetSection(FleetOptions.Section), options);
        configure?.Invoke(options);
        if (!IPAddress.TryParse(options.SiloHost, out _)) throw Wrong($"SiloHost is '{Quote.Of(options.SiloHost)}', but an address such as 10.0.0.7 was expected");
        if (options.SiloPort is < 0 or > 65535 || options.GatewayPort is < 0 or > 65535) throw Wrong("a port is out of the range 0 to 65535");
        if (options.IdleAfter <= TimeSpan.FromSeconds(1)) throw Wrong($"IdleAfter is {options.IdleAfter}, but more than a second was expected");
        if (options.ProbeEvery <= TimeSpan.Zero || options.ProbesMissed < 1) throw Wrong($"ProbeEvery is {options.ProbeEvery} and ProbesMissed {options.ProbesMissed}, but more than 0 and at least 1 were expected");
        if (options.Connections < 2) throw Wrong($"Connections is {options.Connections}, but 2 at least were expected");
        if (options.SiloPort == 0) options.SiloPort = FreePort(options.SiloHost);
        if (options.GatewayPort == 0) options.GatewayPort = FreePort(options.SiloHost);
        return options;
    }

    private static EngramException Wrong(string why) => EngramException.Input("invalid-setting", $"A setting of the fleet is wrong: {why}.");

    // One that is free now and below those that systems give to outgoing connections, which would take it before the silo listens.
    private static int FreePort(string host)
    {
        for (int left = 100; ; left--)
        {
            int port = Random.Shared.Next(10_000, 32_000);
            try
            {
                using TcpListener listener = new(IPAddress.Parse(host), port);
                listener.Start();
                return port;
            }
            catch (SocketException) when (left > 0)
            {
            }
        }
    }

    // An address that says how many connections keeps it.
    private static string Limited(string database, int connections) => database.Contains("Pool", StringComparison.OrdinalIgnoreCase) ? database : $"{database}{(database.Contains('?', StringComparison.Ordinal) ? '&' : '?')}Maximum%20Pool%20Size={connections}";

    private static string ConnectionOf(PostgresLearners learners, FleetOptions options) =>
        new NpgsqlConnectionStringBuilder(learners.Connection) { SearchPath = FleetTables.Schema, MaxPoolSize = Math.Max(2, options.Connections / 4), ApplicationName = "engram fleet" }.ToString();
}
