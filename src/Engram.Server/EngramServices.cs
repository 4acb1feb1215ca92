using System.Reflection;
using Engram;
using Engram.Server.Api;
using Engram.Server.Lessons;
using Engram.Server.Pages;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Engram.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Scalar.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Learners in a program: services and routes.</summary>
public static class EngramServices
{
    /// <summary>Adds a learner: an <see cref="IPredictor"/> under its name, the <see cref="ServedLearners"/>, a health check, and what follows other processes' promotions.</summary>
    /// <param name="services">The program's.</param>
    /// <param name="name">Name of the learner.</param>
    /// <param name="address">File, made by its first lesson where it is not there, or <c>postgres://user:password@host/database/name</c>.</param>
    /// <param name="assemblies">With readers, frozen networks, methods and networks of one's own, such as that of <c>Engram.Pictures</c>.</param>
    public static IServiceCollection AddEngram(this IServiceCollection services, string name, string address, params IReadOnlyList<Assembly> assemblies)
    {
        services.AddKeyedSingleton<IPredictor>(name, (provider, _) => provider.GetRequiredService<ServedLearners>().Find(name));
        return services.AddEngram(new LearnerSource(name, address, assemblies));
    }

    /// <summary>Adds one learner, or a folder of them.</summary>
    /// <param name="services">The program's.</param>
    /// <param name="source">Where they are.</param>
    public static IServiceCollection AddEngram(this IServiceCollection services, LearnerSource source)
    {
        services.AddSingleton(source);
        if (services.Any(service => service.ServiceType == typeof(ServedLearners))) return services;
        services.AddOptions<ServerOptions>().BindConfiguration(ServerOptions.Section).Validate(ServerOptionsRanges.Hold, ServerOptionsRanges.Words).ValidateOnStart();
        services.AddLogging().AddProblemDetails().TryAddSingleton<ServerErrors>();
        services.TryAddSingleton<ServedLearners>();
        services.TryAddSingleton<AccessGuard>();
        services.AddAuthentication().AddCookie(Logins.Scheme, Logins.Set);
        services.AddHostedService<Follower>();
        services.AddHostedService<LessonSchedule>();
        services.AddHealthChecks().AddCheck<ServerHealth>("engram", tags: ["ready"]);
        return services;
    }

    /// <summary>Learns what comes into a folder: every file or folder in it is a lesson, once nobody has written to it for a while.</summary>
    /// <param name="services">The program's, to which the learner is added.</param>
    /// <param name="name">Name of the learner.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="every">How often it is looked into; null for every minute, or as the configuration says.</param>
    public static IServiceCollection AddEngramLessons(this IServiceCollection services, string name, string folder, TimeSpan? every = null) => services.Configure<ServerOptions>(options =>
    {
        options.LearnFrom[name] = folder;
        options.LearnEvery = every ?? options.LearnEvery;
    });

    /// <summary>Adds what a server of its own has besides: the document of its interface, its counts for Prometheus, its traces.</summary>
    /// <param name="services">The program's.</param>
    internal static IServiceCollection AddEngramServer(this IServiceCollection services)
    {
        services.AddEngramPage();
        services.AddExceptionHandler<ServerErrors>();
        services.AddOpenApi("v1", document => document.AddDocumentTransformer(Described));
        services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter(ServerMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime").AddPrometheusExporter())
            .WithTracing(traces => traces.AddSource(ServerMetrics.Name).AddAspNetCoreInstrumentation());
        return services;
    }

    private static Task Described(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new() { Title = "Engram", Version = EngramVersion.Current, Description = "Learners that learn for years: asked, taught, taken back. Errors are problem details (RFC 9457) with a code." };
        return Task.CompletedTask;
    }

    /// <summary>Adds what <see cref="MapEngramPage"/> needs: components that are rendered on the server, and tokens of forms.</summary>
    /// <param name="services">The program's, to which learners are added.</param>
    public static IServiceCollection AddEngramPage(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery(forms => (forms.HeaderName, forms.FormFieldName) = (PageModel.TokenHeader, PageModel.TokenField));
        services.TryAddScoped<PageModel>();
        services.TryAddSingleton<RememberedReports>();
        return services;
    }

    /// <summary>Maps the page of learners, <c>/</c> and <c>/{name}</c>, whose style and script are below <c>/_engram</c>; it uses the routes of <see cref="MapEngram"/>.</summary>
    /// <param name="app">The program's routes.</param>
    public static IEndpointConventionBuilder MapEngramPage(this IEndpointRouteBuilder app) => PageRoutes.Map(app, app.ServiceProvider.GetRequiredService<IOptions<ServerOptions>>().Value);

    /// <summary>Maps the routes of learners below <c>/v1</c>, and <c>/health/live</c> and <c>/health/ready</c>.</summary>
    /// <param name="app">The program's routes.</param>
    public static IEndpointConventionBuilder MapEngram(this IEndpointRouteBuilder app)
    {
        ServerOptions options = app.ServiceProvider.GetRequiredService<IOptions<ServerOptions>>().Value;
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") });
        return LearnerApi.Map(app, options);
    }
}
