using Engram.Durable.Access;
using Engram.Server.Api;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Engram.Server.Pages;

/// <summary>The routes of the page. What changes something is a form with a token, works without the script, and leads back to the page.</summary>
internal static class PageRoutes
{
    /// <summary>Maps them.</summary>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder app, ServerOptions options)
    {
        PageAssets.Map(app);
        Logins.Map(app);
        app.MapGet("/login", Login).ExcludeFromDescription();
        RouteGroupBuilder page = app.MapGroup("").AddEndpointFilter(Told).AddEndpointFilter(app.ServiceProvider.GetRequiredService<AccessGuard>()).ExcludeFromDescription();
        page.MapGet("/", (ServedLearners _, HttpContext context) => Shown(context, null, _ => Task.CompletedTask));
        page.MapPost("/", PageActions.Begin).Limited(options.MostBytesOfLesson + RouteDemands.AroundFile);
        RouteGroupBuilder one = page.MapGroup("/{name}");
        one.MapGet("", (string name, HttpContext context) => Shown(context, name, _ => Task.CompletedTask)).Demanding(AccessRole.Read);
        one.MapPost("/ask", PageActions.Ask).Demanding(AccessRole.Read).Limited(options.MostBytesAsked);
        one.MapPost("/check", PageActions.Check).Demanding(AccessRole.Read);
        one.MapPost("/lessons", PageActions.Lesson).Demanding(AccessRole.Learn, begins: true).Limited(options.MostBytesOfLesson + RouteDemands.AroundFile);
        one.MapPost("/cancel", PageActions.Cancel).Demanding(AccessRole.Learn);
        one.MapPost("/tell", PageActions.Tell).Demanding(AccessRole.Learn);
        one.MapPost("/feedback", PageActions.LearnFeedback).Demanding(AccessRole.Learn);
        one.MapPost("/promote", PageActions.Promote).Demanding(AccessRole.Admin);
        one.MapPost("/rollback", PageActions.Rollback).Demanding(AccessRole.Admin);
        return page;
    }

    /// <summary>Does something and shows the page: what was found, or what went wrong.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The learner; null for the page of all.</param>
    /// <param name="act">What adds to the page.</param>
    public static async Task<IResult> Shown(HttpContext context, string? name, Func<PageModel, Task> act)
    {
        PageModel page = Page(context);
        ServedLearners learners = context.RequestServices.GetRequiredService<ServedLearners>();
        int status = StatusCodes.Status200OK;
        try
        {
            await Fill(page, learners, name, context);
            await act(page);
        }
        catch (EngramException error) when (error.Code != "no-key")
        {
            (status, page.Problem) = (ServerErrors.StatusOf(error), learners.Redacted(error.Message));
        }
        return (name, page.Learner) switch
        {
            (null, _) => Rendered<LearnersPage>(context, status),
            (_, null) => Rendered<ProblemPage>(context, status),
            _ => Rendered<LearnerPage>(context, status),
        };
    }

    /// <summary>Does something and leads back to the page, which says what was done; what went wrong is said at once.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The learner; null for the page of all.</param>
    /// <param name="act">Changes something; says which learner, what was done, and which part of the page shows it.</param>
    public static async Task<IResult> Changed(HttpContext context, string? name, Func<ServedLearners, Task<(string Name, string Done, string Part)>> act)
    {
        ServedLearners learners = context.RequestServices.GetRequiredService<ServedLearners>();
        try
        {
            var (shown, done, part) = await act(learners);
            context.Response.Headers.Location = $"{context.Request.PathBase}/{Uri.EscapeDataString(shown)}?done={done}#{part}";
            return Results.StatusCode(StatusCodes.Status303SeeOther);
        }
        catch (EngramException error)
        {
            return await Shown(context, name, _ => throw error);
        }
    }

    /// <summary>Refuses a form that does not come from this page.</summary>
    /// <exception cref="EngramException">It has no token, or not the visitor's (<c>wrong-token</c>).</exception>
    public static async Task DemandToken(HttpContext context)
    {
        try
        {
            await context.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context);
        }
        catch (AntiforgeryValidationException error)
        {
            throw EngramException.Input("wrong-token", "This form does not come from a page that the running server has shown to you, so nothing was done; load the page anew and do it again.", error);
        }
    }

    private static PageModel Page(HttpContext context)
    {
        PageModel page = context.RequestServices.GetRequiredService<PageModel>();
        page.Take(context, context.RequestServices.GetRequiredService<IAntiforgery>());
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.Own;
        context.Response.Headers.CacheControl = "no-store";
        return page;
    }

    private static async Task Fill(PageModel page, ServedLearners learners, string? name, HttpContext context)
    {
        if (name is null)
        {
            page.Learners = await LearnerLine.Of(learners, context);
            page.MayBegin = learners.HasFolder && AccessGuard.IsLocal(context);
            if (page.Learners.Count == 0 && learners.Names.Count > 0) throw EngramException.Input("no-key", "The learners of this server answer those with a key alone; log in.");
            return;
        }
        ServedLearner learner = learners.Find(name);
        page.Rights = await PageRights.Of(context, learner);
        page.Learner = await Task.Run(() => LearnerView.Of(learner, context.RequestServices.GetRequiredService<RememberedReports>()));
        page.Done = PageWords.Done(context.Request.Query["done"], page.Learner.Current);
    }

    // Who may not is told so on a page, or asked for a key.
    private static async ValueTask<object?> Told(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (EngramException error) when (error.Code is "no-key" && HttpMethods.IsGet(http.Request.Method))
        {
            return Results.Redirect($"{http.Request.PathBase}/login?back={Uri.EscapeDataString(http.Request.PathBase + http.Request.Path)}");
        }
        catch (EngramException error)
        {
            Page(http).Problem = http.RequestServices.GetRequiredService<ServedLearners>().Redacted(error.Message);
            return Rendered<ProblemPage>(http, ServerErrors.StatusOf(error));
        }
    }

    private static RazorComponentResult<LoginPage> Login(ServedLearners _, HttpContext context)
    {
        Page(context);
        return Rendered<LoginPage>(context, StatusCodes.Status200OK);
    }

    private static RazorComponentResult<T> Rendered<T>(HttpContext context, int status) where T : IComponent
    {
        context.Response.StatusCode = status;
        return new() { StatusCode = status, PreventStreamingRendering = true };
    }
}
