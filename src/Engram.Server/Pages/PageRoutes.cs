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
        RouteGroupBuilder page = app.MapGroup("").ExcludeFromDescription().AddEndpointFilter(new PageGuard(app.ServiceProvider.GetRequiredService<AccessGuard>()));
        page.MapGet("/login", PageGuard.Login);
        page.MapGet("/", (ServedLearners _, HttpContext context) => Shown(context, null, _ => Task.CompletedTask));
        page.MapPost("/", PageActions.Begin).Limited(options.MostBytesOfLesson + RequestSize.AroundFile);
        RouteGroupBuilder one = page.MapGroup("/{name}");
        one.MapGet("", (string name, HttpContext context) => Shown(context, name, _ => Task.CompletedTask)).Demanding(AccessRole.Read);
        one.MapPost("/lessons", PageActions.Lesson).Demanding(AccessRole.Learn).Limited(options.MostBytesOfLesson + RequestSize.AroundFile);
        one.MapPost("/cancel", PageActions.Cancel).Demanding(AccessRole.Learn);
        one.MapPost("/tell", PageActions.Tell).Demanding(AccessRole.Learn);
        one.MapPost("/feedback", PageActions.LearnFeedback).Demanding(AccessRole.Learn);
        one.MapPost("/promote", PageActions.Promote).Demanding(AccessRole.Admin);
        one.MapPost("/rollback", PageActions.Rollback).Demanding(AccessRole.Admin);
        one.MapPost("/ask", PageActions.Ask).Demanding(AccessRole.Read).Limited(options.MostBytesAsked);
        one.MapPost("/check", PageActions.Check).Demanding(AccessRole.Read);
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
            if (name is null) page.Learners = await LearnerLine.Of(learners, context);
            await Task.Run(() => Fill(page, learners, name, context));
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

    /// <summary>Says on a page of its own why somebody may not.</summary>
    public static IResult Refused(HttpContext context, EngramException error)
    {
        Page(context).Problem = context.RequestServices.GetRequiredService<ServedLearners>().Redacted(error.Message);
        return Rendered<ProblemPage>(context, ServerErrors.StatusOf(error));
    }

    /// <summary>Shows where a key is shown.</summary>
    /// <param name="context">The request.</param>
    /// <param name="back">Where the visitor goes on.</param>
    /// <param name="wrong">Whether a key was shown that is wrong.</param>
    public static Task<IResult> LoginShown(HttpContext context, string back, bool wrong)
    {
        PageModel page = Page(context);
        page.Back = back;
        if (wrong) page.Problem = "This key is none of this server's learners, or was revoked.";
        return Task.FromResult<IResult>(Rendered<LoginPage>(context, wrong ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK));
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
        return page;
    }

    private static void Fill(PageModel page, ServedLearners learners, string? name, HttpContext context)
    {
        page.HasFolder = learners.HasFolder && AccessGuard.IsLocal(context);
        if (name is null)
        {
            if (page.Learners.Count == 0 && learners.Names.Count > 0) throw EngramException.Input("no-key", "The learners of this server answer those with a key alone.");
        }
        else
        {
            page.Learner = LearnerView.Of(learners.Find(name), context.RequestServices.GetRequiredService<RememberedReports>());
            page.Done = PageWords.Done(context.Request.Query["done"], page.Learner.Current);
        }
    }

    private static RazorComponentResult<T> Rendered<T>(HttpContext context, int status) where T : IComponent
    {
        context.Response.StatusCode = status;
        return new() { StatusCode = status, PreventStreamingRendering = true };
    }
}
