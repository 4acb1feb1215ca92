using Engram.Server.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Scalar.AspNetCore;

namespace Engram.Server;

/// <summary>A server of its own, as <c>engram serve</c> starts it.</summary>
public static class EngramServer
{
    /// <summary>Serves until the process is told to end.</summary>
    /// <param name="sources">The learners.</param>
    /// <param name="urls">Where to listen, with semicolons between.</param>
    /// <param name="settings">Settings by their path, such as <c>Engram:MostWaiting</c>; what is not given comes from <c>appsettings.json</c> of the current folder and from the environment.</param>
    /// <param name="isQuiet">Whether warnings and errors alone are said.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>0.</returns>
    /// <exception cref="EngramException">A learner cannot be opened, an address cannot be listened on, or a setting is wrong.</exception>
    public static Task<int> Run(IReadOnlyList<LearnerSource> sources, string urls, IReadOnlyDictionary<string, string?> settings, bool isQuiet, CancellationToken cancellation) =>
        Run(sources, urls, settings, isQuiet, null, null, cancellation);

    /// <summary>Serves as a part of something else.</summary>
    /// <param name="sources">As above, as the others.</param>
    /// <param name="urls">Where to listen.</param>
    /// <param name="settings">Settings by their path.</param>
    /// <param name="isQuiet">Whether warnings and errors alone are said.</param>
    /// <param name="add">Adds services; null for none.</param>
    /// <param name="use">Adds what stands before the routes and their access; null for nothing.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static async Task<int> Run(IReadOnlyList<LearnerSource> sources, string urls, IReadOnlyDictionary<string, string?> settings, bool isQuiet, Action<WebApplicationBuilder>? add, Action<WebApplication>? use, CancellationToken cancellation)
    {
        foreach (string path in settings.Keys) ServerOptionsRanges.RequireKnown(path);
        try
        {
            await using WebApplication app = Build(sources, urls, settings, isQuiet, add, use);
            RequireKeys(app.Services.GetRequiredService<ServedLearners>(), urls);
            await app.StartAsync(cancellation);
            await app.WaitForShutdownAsync(cancellation);
            return 0;
        }
        catch (IOException error)
        {
            throw EngramException.Input("cannot-listen", $"'{urls}' cannot be listened on: {error.Message} Name another address with --urls.", error);
        }
        catch (OptionsValidationException error)
        {
            throw EngramException.Input("invalid-setting", error.Message, error);
        }
        catch (InvalidOperationException error) when (error.InnerException is FormatException or OverflowException || error.Message.Contains("configuration value", StringComparison.Ordinal))
        {
            throw EngramException.Input("invalid-setting", error.Message, error);
        }
    }

    // Whoever has no keys answers on this machine alone, so listening to others would help nobody.
    private static void RequireKeys(ServedLearners learners, string urls)
    {
        foreach (string url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(url.Replace("://+", "://0.0.0.0", StringComparison.Ordinal).Replace("://*", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
                throw EngramException.Input("wrong-url", $"'{Quote.Of(url)}' is nothing to listen on; write http://127.0.0.1:8080.");
            if (AccessGuard.IsLocalName(address.Host)) continue;
            foreach (string name in learners.Names)
                if (learners.Find(name).Keys.IsEmpty)
                    throw EngramException.Input("no-keys", $"'{name}' has no keys, so it is served on this machine alone, and {url} is for others too. Add a key (engram keys add {name}.engram --role admin), or listen on http://127.0.0.1:8080.");
        }
    }

    /// <summary>Makes it; it does not listen yet.</summary>
    internal static WebApplication Build(IReadOnlyList<LearnerSource> sources, string urls, IReadOnlyDictionary<string, string?> settings, bool isQuiet = true, Action<WebApplicationBuilder>? add = null, Action<WebApplication>? use = null)
    {
        MemoryArenas.Limit();
        AskedRecords.RemoveLeft();
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = typeof(EngramServer).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders().AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
        builder.Logging.SetMinimumLevel(isQuiet ? LogLevel.Warning : LogLevel.Information).AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error).AddFilter("Microsoft.Hosting.Lifetime", isQuiet ? LogLevel.Warning : LogLevel.Information);
        builder.WebHost.UseUrls(urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        foreach (LearnerSource source in sources) builder.Services.AddEngram(source);
        add?.Invoke(builder);
        builder.Services.AddEngramServer();
        WebApplication app = builder.Build();
        app.Use(SecurityHeaders.Add);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        use?.Invoke(app);
        app.UseAuthentication();
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/metrics"), counts => counts.Use(AccessGuard.DemandAny));
        app.MapEngram();
        Logins.Map(app);
        app.MapEngramPage();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/reference", reference => reference.WithTitle("Engram").WithOpenApiRoutePattern("/openapi/v1.json").DisableDefaultFonts().HideDeveloperTools().DisableAgent().DisableMcp());
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }
}
