using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Engram.Server.Api;

/// <summary>The one file of a form, read as it comes: never held in memory.</summary>
internal static class UploadedPart
{
    private const int LongestBoundary = 200, LongestField = 4096, MostFields = 50;

    /// <summary>Finds it; fields before it are passed over where nobody takes them.</summary>
    /// <param name="request">The form.</param>
    /// <param name="cancellation">The caller's going away.</param>
    /// <param name="fields">Takes the fields before it, each a short text; null for none.</param>
    /// <exception cref="EngramException">The form has none, or cannot be read.</exception>
    public static async Task<(Stream Content, string Name)> Of(HttpRequest request, CancellationToken cancellation, Dictionary<string, string>? fields = null)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= LongestBoundary } boundary)
            throw EngramException.Input("wrong-form", "The form cannot be read: its type names no boundary. Send multipart/form-data with one file.");
        MultipartReader reader = new(boundary, request.Body);
        try
        {
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)) continue;
                string? name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
                if (!string.IsNullOrEmpty(name)) return (section.Body, name);
                if (fields is not null && !disposition.FileName.HasValue && HeaderUtilities.RemoveQuotes(disposition.Name).Value is { Length: > 0 } field) fields[field] = await Text(section.Body, field, fields.Count, cancellation);
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw EngramException.Input("wrong-form", $"The form cannot be read: {Quote.Of(error.Message)} Send multipart/form-data with one file.", error);
        }
        throw EngramException.Input("no-file", "The form holds no file; add one to it.");
    }

    private static async Task<string> Text(Stream content, string field, int before, CancellationToken cancellation)
    {
        byte[] bytes = new byte[LongestField + 1];
        int read = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (read > LongestField || before >= MostFields) throw EngramException.Input("wrong-form", $"The form has more than {MostFields} fields, or '{Quote.Of(field)}' has more than {LongestField} bytes; give the lesson as its file.");
        return Encoding.UTF8.GetString(bytes, 0, read);
    }
}
