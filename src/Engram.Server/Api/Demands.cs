using Engram.Durable.Access;

namespace Engram.Server.Api;

/// <summary>Which role a route asks of its caller.</summary>
/// <param name="Role">The role; those above it may as well.</param>
/// <param name="Begins">Whether the learner may be one that is not there yet.</param>
internal sealed record Demands(AccessRole Role, bool Begins);
