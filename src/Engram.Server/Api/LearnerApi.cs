using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Durable;
using Engram.Durable.Access;
using Engram.Durable.Drift;
using Engram.Server.Lessons;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Engram.Server.Api;

/// <summary>The routes of learners: asking, lessons, feedback, history, going back.</summary>
internal static class LearnerApi
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Maps them below <c>/v1</c>.</summary>
    public static RouteGroupBuilder Map(IEndpointRouteBuilder app, ServerOptions options)
    {
        RouteGroupBuilder api = app.MapGroup("/v1").WithTags("Learners").AddEndpointFilter(app.ServiceProvider.GetRequiredService<ServerErrors>()).AddEndpointFilter(app.ServiceProvider.GetRequiredService<AccessGuard>()).ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/", All).WithSummary("Learners").WithDescription("The learners of this server; of a cluster those of the key that is shown, and on its own machine the first hundred without keys, from the name ?after= on.").Produces<LearnerResponse[]>();
        RouteGroupBuilder one = api.MapGroup("/{name}").ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
        one.MapPost("/predict", Predict).Demanding(AccessRole.Read).WithSummary("Ask").WithDescription("Answers vectors, rows, texts, a table or a picture; all by one version.")
            .Limited(options.MostBytesAsked).Accepts<PredictRequest>(AskedRecords.Kinds[0], AskedRecords.Kinds[1..]).Produces<PredictResponse>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        one.MapPost("/check", Check).Demanding(AccessRole.Read).WithSummary("Check for drift").WithDescription("Whether inputs look like what was learned; the body is as for predict.").Limited(options.MostBytesAsked).Accepts<PredictRequest>(AskedRecords.Kinds[0], AskedRecords.Kinds[1..]);
        one.MapPost("/lessons", Lesson).Demanding(AccessRole.Learn, begins: true).WithSummary("Give a lesson").WithDescription("Takes a lesson in: an uploaded file (its name in ?file=), a form with one file, or a path below the server's folder of lessons. Further names in the query, such as label=state and method=replay, are settings. Learned beside answering.")
            .Limited(options.MostBytesOfLesson + RequestSize.AroundFile).Produces<LessonJob>(StatusCodes.Status202Accepted);
        one.MapGet("/lessons", Lessons).Demanding(AccessRole.Read).WithSummary("Lessons").WithDescription("Lessons that were taken in, the newest first.").Produces<IReadOnlyList<LessonJob>>();
        one.MapGet("/jobs/{id}", Job).Demanding(AccessRole.Read).WithSummary("A lesson").WithDescription("Where a lesson stands.").Produces<LessonJob>();
        one.MapGet("/jobs/{id}/events", Events).Demanding(AccessRole.Read).WithSummary("A lesson as it goes on").WithDescription("Where a lesson stands, as server-sent events until it has ended.").Produces<LessonJob>(StatusCodes.Status200OK, "text/event-stream");
        one.MapPost("/jobs/{id}/cancel", Cancel).Demanding(AccessRole.Learn).WithSummary("Cancel a lesson").WithDescription("Nothing of it stays.").Produces<LessonJob>();
        one.MapPost("/feedback", Feedback).Demanding(AccessRole.Learn).WithSummary("Tell right answers").WithDescription("Keeps the right answers for earlier ones, by their ids; they can be learned as a lesson ({\"feedback\": true}).").Limited(options.MostBytesAsked).Accepts<FeedbackRequest>("application/json").Produces<FeedbackResponse>();
        one.MapGet("/history", History).Demanding(AccessRole.Read).WithSummary("History").WithDescription("Everything that became of the learner.");
        one.MapPost("/promote", Promote).Demanding(AccessRole.Admin).WithSummary("Promote a version").WithDescription("Makes a version current that the gate has refused.").Produces<CurrentResponse>();
        one.MapPost("/rollback", Rollback).Demanding(AccessRole.Admin).WithSummary("Roll back").WithDescription("Makes an older version current.").Produces<CurrentResponse>();
        return api;
    }

    private static async Task<IResult> All(HttpContext context, ServedLearners learners)
    {
        List<LearnerResponse> all = [];
        foreach (string name in learners.Names)
            if (learners.Find(name) is var learner && await AccessGuard.May(context, learner, AccessRole.Read)) all.Add(new(name, learner.Version));
        all.AddRange((await AccessGuard.OfFleet(context, learners)).Select(one => new LearnerResponse(one.Name, one.Version)));
        return Results.Json([.. all], ApiJson.Plain.LearnerResponseArray);
    }

    private static async Task Predict(string name, bool? probabilities, HttpContext context, ServedLearners learners)
    {
        ServedLearner learner = learners.Find(name);
        IReadOnlyList<float[]> inputs = await AskedRecords.InputsOf(context, learner);
        IReadOnlyList<Answer> answers = await learner.PredictAsync(inputs, context.RequestAborted);
        string[] ids = learner.Remember(inputs, answers);
        GivenAnswer[] given = new GivenAnswer[answers.Count];
        for (int i = 0; i < given.Length; i++) given[i] = GivenAnswer.Of(ids[i], answers[i], probabilities == true);
        context.Response.ContentType = "application/json; charset=utf-8";
        await JsonSerializer.SerializeAsync(context.Response.BodyWriter, new PredictResponse(answers[0].Version, given), ApiJson.Plain.PredictResponse, context.RequestAborted);
    }

    private static async Task<IResult> Check(string name, HttpContext context, ServedLearners learners)
    {
        ServedLearner learner = learners.Find(name);
        IReadOnlyList<float[]> inputs = await AskedRecords.InputsOf(context, learner);
        DriftReport report = await Task.Run(() => learner.Check(inputs), context.RequestAborted);
        return Results.Json(Settings.ToJson(report));
    }

    private static async Task<IResult> Lesson(string name, string? file, string? lesson, HttpContext context, ServedLearners learners, IOptions<ServerOptions> options)
    {
        HttpRequest request = context.Request;
        CancellationToken cancellation = context.RequestAborted;
        ServedLearner learner = learners.Find(name, create: true);
        LessonUpload upload = new(options.Value);
        LessonAsk ask = new(lesson, request.Query.Where(one => one.Key is not ("file" or "lesson")).ToDictionary(one => one.Key, one => one.Value.ToString()), AccessGuard.NameOf(context));
        LessonJob job;
        if (request.HasJsonContentType())
        {
            LessonRequest asked = await JsonSerializer.DeserializeAsync(request.BodyReader, ApiJson.Plain.LessonRequest, cancellation) ?? throw NoLesson();
            if (asked.Path is null == !asked.Feedback) throw NoLesson();
            ask = ask with { Name = asked.Name ?? lesson, Settings = asked.Settings ?? ask.Settings };
            if (asked.Path is null)
            {
                job = await learner.Lessons.Take(LessonJob.Feedback, ask with { IsFeedback = true }, null);
                return Accepted(context, job);
            }
            _ = AllowedPath.Of(options.Value.Data, asked.Path);
            job = await learner.Lessons.Take(asked.Path, ask, null);
        }
        else if (request.HasFormContentType)
        {
            var (part, own) = await UploadedPart.Of(request, cancellation);
            job = await learner.Lessons.Take(own, ask, folder => upload.Take(part, own, folder, cancellation));
        }
        else
        {
            string own = file ?? throw EngramException.Input("no-file-name", "The body is a lesson, but nothing says what it is; give its file's name, such as ?file=november.zip.");
            job = await learner.Lessons.Take(own, ask, folder => upload.Take(request.Body, own, folder, cancellation));
        }
        return Accepted(context, job);
    }

    private static IResult Accepted(HttpContext context, LessonJob job)
    {
        context.Response.Headers.Location = $"/v1/{Uri.EscapeDataString(job.Learner)}/jobs/{job.Id}";
        return Results.Json(job, ApiJson.Plain.LessonJob, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Feedback(string name, HttpContext context, ServedLearners learners)
    {
        FeedbackRequest request = await Read(context, ApiJson.Plain.FeedbackRequest);
        ServedLearner learner = learners.Find(name);
        return Results.Json(new FeedbackResponse(await Task.Run(() => learner.KeepFeedback(request.Answers))), ApiJson.Plain.FeedbackResponse);
    }

    private static IResult Lessons(string name, ServedLearners learners) => Results.Json(learners.Find(name).Lessons.All, ApiJson.Plain.IReadOnlyListLessonJob);

    private static IResult Job(string name, string id, ServedLearners learners) => Results.Json(learners.Find(name).Lessons.Find(id), ApiJson.Plain.LessonJob);

    private static IResult Events(string name, string id, ServedLearners learners, CancellationToken cancellation)
    {
        LessonQueue lessons = learners.Find(name).Lessons;
        _ = lessons.Find(id);
        return TypedResults.ServerSentEvents(Changes(lessons, id, cancellation));
    }

    private static async IAsyncEnumerable<SseItem<LessonJob>> Changes(LessonQueue lessons, string id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        LessonJob? told = null;
        while (told is not { IsOver: true })
        {
            LessonJob now = lessons.Find(id);
            if (now != told) yield return new(told = now, "lesson");
            else await Task.Delay(Look, cancellation);
        }
    }

    private static IResult Cancel(string name, string id, ServedLearners learners) => Results.Json(learners.Find(name).Lessons.Cancel(id), ApiJson.Plain.LessonJob);

    private static async Task<IResult> History(string name, ServedLearners learners)
    {
        ServedLearner learner = learners.Find(name);
        return Results.Json(Redacted(await Task.Run(() => Settings.ToJson(learner.Learner.History())), learner));
    }

    private static JsonNode? Redacted(JsonNode? node, ServedLearner learner) => node switch
    {
        JsonObject json => new JsonObject(json.Select(one => KeyValuePair.Create(one.Key, Redacted(one.Value, learner)))),
        JsonArray list => new JsonArray([.. list.Select(one => Redacted(one, learner))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Path.IsPathFullyQualified(value.GetValue<string>()) && value.GetValue<string>() != learner.Learner.Address
            ? Path.GetFileName(Path.TrimEndingDirectorySeparator(value.GetValue<string>())) : learner.Redacted(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    private static async Task<IResult> Promote(string name, HttpContext context, ServedLearners learners)
    {
        PromoteRequest request = await Read(context, ApiJson.Plain.PromoteRequest);
        ServedLearner learner = learners.Find(name);
        await Task.Run(() => learner.Promote(request.Version, request.Reason));
        return Current(learner);
    }

    private static async Task<IResult> Rollback(string name, HttpContext context, ServedLearners learners)
    {
        RollbackRequest request = await Read(context, ApiJson.Plain.RollbackRequest);
        ServedLearner learner = learners.Find(name);
        await Task.Run(() => learner.Rollback(request.Version));
        return Current(learner);
    }

    private static IResult Current(ServedLearner learner) => Results.Json(new CurrentResponse(learner.Version), ApiJson.Plain.CurrentResponse);

    private static async Task<T> Read<T>(HttpContext context, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        if (!context.Request.HasJsonContentType()) throw EngramException.Input("wrong-kind", $"The body's type is '{Quote.Of(context.Request.ContentType)}'; application/json was expected.");
        return await JsonSerializer.DeserializeAsync(context.Request.BodyReader, type, context.RequestAborted) ?? throw EngramException.Input("wrong-json", "The body is null; an object was expected.");
    }

    private static EngramException NoLesson() => EngramException.Input("no-lesson", "The body names no lesson; give {\"path\": \"november\"} for one below the server's folder of lessons, {\"feedback\": true} for what was told about earlier answers, or upload it.");

}
