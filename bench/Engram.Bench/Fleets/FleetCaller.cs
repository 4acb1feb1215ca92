using Engram.Fleet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Engram.Bench.Fleets;

/// <summary>A program that asks a fleet and is no part of it.</summary>
internal sealed class FleetCaller : IAsyncDisposable
{
    private readonly IHost host;

    private FleetCaller(IHost host) => this.host = host;

    public FleetClient Client => host.Services.GetRequiredService<FleetClient>();

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<FleetCaller> Start(string database)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.AddEngramFleetClient(database, options => options.Connections = 2);
        IHost host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
