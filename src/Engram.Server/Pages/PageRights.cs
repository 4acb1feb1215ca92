using Engram.Durable.Access;
using Engram.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Engram.Server.Pages;

/// <summary>What a visitor may do with a learner, for what is shown; what is done is asked again.</summary>
/// <param name="CanLearn">Give and cancel lessons.</param>
/// <param name="CanDecide">Choose which version answers.</param>
internal sealed record PageRights(bool CanLearn, bool CanDecide)
{
    /// <summary>Those of whoever asks.</summary>
    public static async Task<PageRights> Of(HttpContext context, ServedLearner learner) =>
        new(await AccessGuard.May(context, learner, AccessRole.Learn), await AccessGuard.May(context, learner, AccessRole.Admin));
}
