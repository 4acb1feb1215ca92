using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Engram.Server.Api;

/// <summary>The one file of a form, read as it comes: never held in memory.</summary>
internal static class UploadedPart
{
    private const int LongestBoundary = 200;

    /// <summary>Finds it; fields before it are passed over.</summary>
    /// <exception cref="EngramException">The form has none, or cannot be read.</exception>
    public static async Task<(Stream Content, string Name)> Of(HttpRequest request, CancellationToken cancellation)
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
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw EngramException.Input("wrong-form", $"The form cannot be read: {Quote.Of(error.Message)} Send multipart/form-data with one file.", error);
        }
        throw EngramException.Input("no-file", "The form holds no file; add one to it.");
    }
}
