using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace Engram.Server.Api;

/// <summary>Every error as problem details (RFC 9457): the sentence of the exception, its code, and whose turn it is to act.</summary>
internal sealed partial class ServerErrors(IProblemDetailsService details, ServedLearners learners, ILogger<ServerErrors> log) : IExceptionHandler, IEndpointFilter
{
    private const int SecondsToWait = 1;

    /// <summary>Tells the errors of a route of ours, whatever the program around it does with those of its own.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">What answers it.</param>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            await TryHandleAsync(http, error, http.RequestAborted);
            return Results.Empty;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }
        var (status, code, message) = exception switch
        {
            EngramException error => (StatusOf(error), error.Code, error.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, "too-large", "The request has more bytes than this route takes; give less at a time."),
            BadHttpRequestException { InnerException: JsonException json } => (StatusCodes.Status400BadRequest, "wrong-json", $"The body is not the JSON that was expected: {Quote.Of(json.Message)}"),
            BadHttpRequestException error => (error.StatusCode, "wrong-request", Quote.Of(error.Message)),
            JsonException error => (StatusCodes.Status400BadRequest, "wrong-json", $"The body is not the JSON that was expected: {Quote.Of(error.Message)}"),
            InvalidDataException or IOException { InnerException: null } and not FileNotFoundException when context.Request.HasFormContentType => (StatusCodes.Status400BadRequest, "wrong-form", $"The form cannot be read: {Quote.Of(exception.Message)}"),
            AntiforgeryValidationException => (StatusCodes.Status400BadRequest, "wrong-form", $"The form cannot be read: {Quote.Of(exception.Message)}"),
            ObjectDisposedException => (StatusCodes.Status503ServiceUnavailable, "ending", "The server is ending; ask again a little later."),
            _ => (StatusCodes.Status500InternalServerError, "unexpected", "Something went wrong that nobody foresaw; the server's log says more."),
        };
        message = learners.Redacted(message);
        if (status == StatusCodes.Status500InternalServerError) LogUnexpected(log, context.Request.Method, context.Request.Path, exception);
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests) context.Response.Headers.RetryAfter = SecondsToWait.ToString(CultureInfo.InvariantCulture);
        ProblemDetails problem = new() { Status = status, Title = code, Detail = message, Type = $"urn:engram:{code}" };
        problem.Extensions["code"] = code;
        // To who takes no JSON (Accept: text/html), it is told all the same.
        if (!await details.TryWriteAsync(new() { HttpContext = context, ProblemDetails = problem, Exception = exception })) await context.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json", cancellationToken);
        return true;
    }

    /// <summary>The status that says whose turn it is.</summary>
    public static int StatusOf(EngramException error) => error.Code switch
    {
        "unknown-learner" or "unknown-lesson" or "unknown-answer" or "unknown-version" or "no-such-path" => StatusCodes.Status404NotFound,
        "being-written" or "version-removed" or "never-promoted" or "no-older-version" or "nothing-learned" => StatusCodes.Status409Conflict,
        "too-large" => StatusCodes.Status413PayloadTooLarge,
        "wrong-kind" => StatusCodes.Status415UnsupportedMediaType,
        "no-key" or "wrong-key" => StatusCodes.Status401Unauthorized,
        "other-site" or "not-allowed" => StatusCodes.Status403Forbidden,
        "damaged-engram" or "not-an-engram" or "newer-engram" or "cannot-read" => StatusCodes.Status503ServiceUnavailable,
        "too-many" => StatusCodes.Status429TooManyRequests,
        _ => error.Kind == ErrorKind.Input ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable,
    };

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "{Method} {Path} failed unexpectedly.")]
    private static partial void LogUnexpected(ILogger log, string method, PathString path, Exception error);
}
