using System.Globalization;
using System.Text.Json;
using Engram.Durable;
using Engram.Durable.Access;
using Engram.Server.Api;
using Engram.Server.Lessons;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Engram.Server.Pages;

/// <summary>What the forms of the page do.</summary>
internal static class PageActions
{
    /// <summary>Begins a learner with its first lesson.</summary>
    public static Task<IResult> Begin(HttpContext context, IOptions<ServerOptions> options) => PageRoutes.Changed(context, null, learners => Taken(null, context, learners, options.Value));

    /// <summary>Takes a lesson in.</summary>
    public static Task<IResult> Lesson(string name, HttpContext context, IOptions<ServerOptions> options) => PageRoutes.Changed(context, name, learners => Taken(name, context, learners, options.Value));

    /// <summary>Cancels a lesson.</summary>
    public static Task<IResult> Cancel(string name, HttpContext context) => PageRoutes.Changed(context, name, async learners =>
    {
        IFormCollection form = await FormOf(context);
        LessonQueue lessons = learners.Find(name).Lessons;
        string id = form["lesson"].ToString();
        bool wasOver = lessons.Find(id).IsOver;
        lessons.Cancel(id);
        return (name, wasOver ? "known-cancelled" : "cancelled", "lessons");
    });

    /// <summary>Keeps the right answer for an earlier one.</summary>
    public static Task<IResult> Tell(string name, HttpContext context) => PageRoutes.Changed(context, name, async learners =>
    {
        IFormCollection form = await FormOf(context);
        ServedLearner learner = learners.Find(name);
        await Task.Run(() => learner.KeepFeedback([new(form["answer"].ToString(), form["right"].ToString().Trim())]));
        return (name, "told", "mistakes");
    });

    /// <summary>Learns the right answers that are kept as a lesson.</summary>
    public static Task<IResult> LearnFeedback(string name, HttpContext context) => PageRoutes.Changed(context, name, async learners =>
    {
        await FormOf(context);
        await learners.Find(name).Lessons.Take(LessonJob.Feedback, new(null, new Dictionary<string, string>(), AccessGuard.NameOf(context)) { IsFeedback = true }, null);
        return (name, "taken", "lessons");
    });

    /// <summary>Lets a version through that the gate refused.</summary>
    public static Task<IResult> Promote(string name, HttpContext context) => PageRoutes.Changed(context, name, async learners =>
    {
        IFormCollection form = await FormOf(context);
        ServedLearner learner = learners.Find(name);
        await Task.Run(() => learner.Promote(NumberOf(form["version"]), form["reason"].ToString()));
        return (name, "promoted", "gate");
    });

    /// <summary>Lets an older version answer again.</summary>
    public static Task<IResult> Rollback(string name, HttpContext context) => PageRoutes.Changed(context, name, async learners =>
    {
        IFormCollection form = await FormOf(context);
        ServedLearner learner = learners.Find(name);
        await Task.Run(() => learner.Rollback(NumberOf(form["version"])));
        return (name, "back", "versions");
    });

    /// <summary>Answers what was typed, or a file. That changes nothing, so the answer is the page itself.</summary>
    public static Task<IResult> Ask(string name, HttpContext context) => PageRoutes.Shown(context, name, async page =>
    {
        ServedLearner learner = context.RequestServices.GetRequiredService<ServedLearners>().Find(name);
        var (what, typed, inputs) = await AskedOf(context, learner, page.Learner!);
        IReadOnlyList<Answer> answers = await learner.PredictAsync(inputs, context.RequestAborted);
        string[] ids = learner.Remember(inputs, answers);
        page.Learner!.Answer = new(what, typed, [.. answers.Take(AskedAnswer.Most)], [.. ids.Take(AskedAnswer.Most)], answers.Count);
    });

    /// <summary>Looks whether what was asked of late looks like what was learned.</summary>
    public static Task<IResult> Check(string name, HttpContext context) => PageRoutes.Shown(context, name, async page =>
    {
        await FormOf(context);
        ServedLearner learner = context.RequestServices.GetRequiredService<ServedLearners>().Find(name);
        float[][] asked = [.. learner.Asked(LearnerView.MostAsked).Select(one => one.Input)];
        if (asked.Length == 0) throw EngramException.Input("nothing-asked", "Nothing was asked since the server's start, so there is nothing to compare with what was learned; ask something first.");
        page.Learner!.Drift = await Task.Run(() => learner.Check(asked));
    });

    private static async Task<(string, string, string)> Taken(string? name, HttpContext context, ServedLearners learners, ServerOptions options)
    {
        CancellationToken cancellation = context.RequestAborted;
        Dictionary<string, string> fields = [];
        var (part, file) = await UploadedPart.Of(context.Request, cancellation, fields);
        await DemandToken(context, fields);
        name ??= await Begun(fields.GetValueOrDefault("learner", "").Trim(), context, learners);
        ServedLearner learner = learners.Find(name, create: true);
        Dictionary<string, string> settings = [];
        if (fields.GetValueOrDefault("label") is { } label && !string.IsNullOrWhiteSpace(label)) settings["label"] = label.Trim();
        string? title = fields.GetValueOrDefault("title") is { } given && !string.IsNullOrWhiteSpace(given) ? given.Trim() : null;
        LessonUpload upload = new(options);
        await learner.Lessons.Take(file, new(title, settings, AccessGuard.NameOf(context)), folder => upload.Take(part, file, folder, cancellation));
        return (learner.Name, "taken", "lessons");
    }

    // A learner that is named in the form, and so was not asked about before.
    private static async Task<string> Begun(string name, HttpContext context, ServedLearners learners)
    {
        await AccessGuard.Demand(context, learners.Find(name, create: learners.MayBegin(name)), AccessRole.Learn);
        return name;
    }

    private static async Task<(string What, Dictionary<string, string> Typed, IReadOnlyList<float[]> Inputs)> AskedOf(HttpContext context, ServedLearner learner, LearnerView view)
    {
        CancellationToken cancellation = context.RequestAborted;
        Dictionary<string, string> typed = [];
        if (context.Request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
        {
            var (part, file) = await UploadedPart.Of(context.Request, cancellation, typed);
            await DemandToken(context, typed);
            return (file, typed, await AskedRecords.OfFile(learner, part, file, cancellation));
        }
        IFormCollection form = await FormOf(context);
        foreach (var (field, value) in form.Where(one => one.Key != PageModel.TokenField)) typed[field] = value.ToString();
        if (typed.TryGetValue("text", out string? text))
        {
            if (string.IsNullOrWhiteSpace(text)) throw Nothing("a text");
            return ("the text", typed, await AskedRecords.OfTexts(learner, [text], cancellation));
        }
        Dictionary<string, JsonElement> row = [];
        foreach (AskedColumn column in view.Columns)
            if (column.Cell(typed.GetValueOrDefault(AskedColumn.Prefix + column.Name)) is { } cell) row[column.Name] = cell;
        if (row.Count == 0) throw Nothing("a value of one column at least");
        return ("the row", typed, await AskedRecords.OfRows(learner, [row], cancellation));
    }

    private static async Task<IFormCollection> FormOf(HttpContext context)
    {
        if (!context.Request.HasFormContentType) throw EngramException.Input("wrong-kind", "A form was expected; use the page.");
        await PageRoutes.DemandToken(context);
        return await context.Request.ReadFormAsync(context.RequestAborted);
    }

    // The field comes before the file, which is not read until the token is known to be right.
    private static Task DemandToken(HttpContext context, Dictionary<string, string> fields)
    {
        if (fields.Remove(PageModel.TokenField, out string? token)) context.Request.Headers[PageModel.TokenHeader] = token;
        else if (!context.Request.Headers.ContainsKey(PageModel.TokenHeader)) context.Request.Headers[PageModel.TokenHeader] = "none";
        return PageRoutes.DemandToken(context);
    }

    private static int NumberOf(string? typed) => int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw EngramException.Input("wrong-version", $"'{Quote.Of(typed)}' is no number of a version; choose one of the list.");

    private static EngramException Nothing(string expected) => EngramException.Input("nothing-asked", $"Nothing was given to ask about; give {expected}.");
}
