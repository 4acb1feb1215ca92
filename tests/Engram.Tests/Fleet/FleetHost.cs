using Engram.Fleet;
using Engram.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engram.Tests.Fleet;

/// <summary>A process of a fleet, within that of the tests.</summary>
internal sealed class FleetHost : IAsyncDisposable
{
    private readonly IHost host;

    private FleetHost(IHost host) => this.host = host;

    public FleetClient Client => host.Services.GetRequiredService<FleetClient>();

    public ServedLearners Learners => host.Services.GetRequiredService<ServedLearners>();

    public IServiceProvider Services => host.Services;

    public static async Task<FleetHost> Start(string database, Action<FleetOptions>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.AddEngramFleet(database, options =>
        {
            (options.Begin, options.Connections) = (new() { Method = "slda" }, 6);
            configure?.Invoke(options);
        });
        IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new(host);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else host.Dispose();
    }
}
