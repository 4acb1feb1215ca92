using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Engram.Reports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Engram.Server.Pages;

/// <summary>Style, script, font and sign of the page, carried inside the library; a browser asks for them again and is told that nothing has changed.</summary>
internal static class PageAssets
{
    private const string Icon = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5cad"/><path d="M9 9h14M9 16h9M9 23h14" stroke="#fff" stroke-width="3.4" stroke-linecap="round"/></svg>""";

    /// <summary>Maps them below <c>/_engram</c>.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        string font = $"@font-face{{font-family:\"{PictureFont.Family}\";src:url(font.otf) format(\"opentype\")}}\n";
        Add(app, "page.css", "text/css; charset=utf-8", Encoding.UTF8.GetBytes(font + Resource.Text("report.css") + SvgElement.DarkRule + MatrixTable.HeatRules + "\n" + Text("page.css")));
        Add(app, "page.js", "text/javascript; charset=utf-8", Encoding.UTF8.GetBytes(Text("page.js")));
        Add(app, "icon.svg", "image/svg+xml", Encoding.UTF8.GetBytes(Icon));
        Add(app, "font.otf", "font/otf", Resource.Bytes("EngramSans.otf"));
    }

    private static void Add(IEndpointRouteBuilder app, string name, string kind, byte[] content)
    {
        EntityTagHeaderValue tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
        app.MapGet($"/_engram/{name}", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Bytes(content, kind, entityTag: tag);
        }).ExcludeFromDescription();
    }

    private static string Text(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Engram.Server.{name}") ?? throw new InvalidOperationException($"The library was built without its resource '{name}'.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
