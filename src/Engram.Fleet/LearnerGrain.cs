using Engram.Durable;
using Engram.Server;
using Orleans.GrainDirectory;
using Orleans.Placement;
using Orleans.Runtime;

namespace Engram.Fleet;

/// <summary>Holds a learner open in this silo for as long as it is asked.</summary>
/// <param name="learners">Those that are open here.</param>
/// <param name="place">Where this silo is reached.</param>
[PreferLocalPlacement, GrainDirectory(FleetHosting.Directory)]
internal sealed class LearnerGrain(ServedLearners learners, FleetPlace place) : Grain, ILearnerGrain
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private ServedLearner? served;
    private EngramException? trouble;

    private string Name => this.GetPrimaryKeyString();

    private ServedLearner Served
    {
        get
        {
            if (served is not null) return served;
            DeactivateOnIdle(); // so that it is tried again once it was mended
            throw new EngramException(trouble!.Kind, trouble.Code, trouble.Message, trouble);
        }
    }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            served = await Task.Run(() => learners.Take(Name), cancellationToken);
        }
        catch (EngramException error)
        {
            trouble = error; // which callers are told by its code
        }
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => served is null ? Task.CompletedTask : Task.Run(() => learners.Release(Name), cancellationToken);

    /// <inheritdoc/>
    public async Task<FleetAnswer[]> Predict(float[][] inputs) => FleetAnswer.Of(await Served.PredictAsync(inputs));

    /// <inheritdoc/>
    public async Task<FleetLesson> Learn(string lesson, float[][] inputs, string[] labels) => FleetLesson.Of(await Served.LearnAsync(inputs, labels, lesson, Patience, CancellationToken.None));

    /// <inheritdoc/>
    public Task<int> Promote(int version, string reason) => Changed(learner => learner.Promote(version, reason));

    /// <inheritdoc/>
    public Task<int> Rollback(int? version) => Changed(learner => learner.Rollback(version));

    /// <inheritdoc/>
    public Task<LearnerSummary> Summary()
    {
        ServedLearner learner = Served;
        return Task.Run(() => LearnerSummary.Of(learner.Learner.History()));
    }

    /// <inheritdoc/>
    public Task<string> Where(bool begins)
    {
        if (begins || Served.HasBegun) return Task.FromResult(place.Url);
        DeactivateOnIdle(); // names that somebody tries take no room
        throw EngramException.Input("unknown-learner", $"There is no learner '{Quote.Of(Name)}' here; give it a first lesson, or check the name.");
    }

    private Task<int> Changed(Action<ServedLearner> change)
    {
        ServedLearner learner = Served;
        return Task.Run(() =>
        {
            change(learner);
            return learner.Version;
        });
    }
}
