using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engram.Server.Api;

/// <summary>Readers and writers of the bodies, made when this is built: no search by reflection within a request.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.Strict, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(PredictRequest))]
[JsonSerializable(typeof(PredictResponse))]
[JsonSerializable(typeof(LessonRequest))]
[JsonSerializable(typeof(FeedbackRequest))]
[JsonSerializable(typeof(FeedbackResponse))]
[JsonSerializable(typeof(PromoteRequest))]
[JsonSerializable(typeof(RollbackRequest))]
[JsonSerializable(typeof(CurrentResponse))]
[JsonSerializable(typeof(LearnerResponse[]))]
[JsonSerializable(typeof(Lessons.LessonJob))]
[JsonSerializable(typeof(IReadOnlyList<Lessons.LessonJob>))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    private static ApiJson? plain;

    /// <summary>With letters as they are: what is written is JSON and never part of a page.</summary>
    public static ApiJson Plain => plain ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
