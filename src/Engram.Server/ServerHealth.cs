using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Engram.Server;

/// <summary>Whether every learner that is served can be opened and answers; one that has learned nothing yet does no harm.</summary>
internal sealed class ServerHealth(ServedLearners learners) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        Dictionary<string, object> versions = [];
        foreach (string name in learners.Names)
        {
            try
            {
                versions[name] = learners.Find(name).Version;
            }
            catch (EngramException error)
            {
                return HealthCheckResult.Unhealthy($"'{name}' cannot answer: {error.Message}", error, versions);
            }
        }
        return HealthCheckResult.Healthy($"{versions.Count} learners answer.", versions);
    }, cancellationToken);
}
