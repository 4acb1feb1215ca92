using Engram.Server.Api;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace Engram.Server.Pages;

/// <summary>What the components of one page read: who looks, at what, and what there is to say.</summary>
internal sealed class PageModel
{
    /// <summary>Name of the field that carries the token of a form.</summary>
    public const string TokenField = "__RequestVerificationToken";

    /// <summary>Name of the header that carries it for the script.</summary>
    public const string TokenHeader = "RequestVerificationToken";

    /// <summary>What comes before every path of the server; empty at the root.</summary>
    public string Base { get; private set; } = "";

    /// <summary>Where the visitor reached the server, for commands to copy.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Token without which no form is taken.</summary>
    public string Token { get; private set; } = "";

    /// <summary>What the visitor may do.</summary>
    public PageRights Rights { get; private set; } = new(false, false);

    /// <summary>Whose key it is; null where there are no keys.</summary>
    public string? Visitor { get; private set; }

    /// <summary>What time it is.</summary>
    public DateTimeOffset Now { get; } = DateTimeOffset.UtcNow;

    /// <summary>Where a visitor who has shown a key goes on.</summary>
    public string Back { get; set; } = "/";

    /// <summary>What was done, or null.</summary>
    public string? Done { get; set; }

    /// <summary>What went wrong, or null.</summary>
    public string? Problem { get; set; }

    /// <summary>The learners, on the page of all.</summary>
    public IReadOnlyList<LearnerLine> Learners { get; set; } = [];

    /// <summary>Whether a first lesson can begin another learner here.</summary>
    public bool HasFolder { get; set; }

    /// <summary>The learner, on its page.</summary>
    public LearnerView? Learner { get; set; }

    /// <summary>Takes in who looks.</summary>
    public void Take(HttpContext context, IAntiforgery antiforgery)
    {
        Base = context.Request.PathBase.Value ?? "";
        Address = $"{context.Request.Scheme}://{context.Request.Host}{Base}";
        Token = antiforgery.GetAndStoreTokens(context).RequestToken ?? "";
        Rights = PageRights.Of(context);
        Visitor = context.User.Identity?.Name;
    }

    /// <summary>Path of a learner's page, or of something below it.</summary>
    public string PathOf(string learner, string below = "") => $"{Base}/{Uri.EscapeDataString(learner)}{below}";
}
