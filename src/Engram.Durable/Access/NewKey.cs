namespace Engram.Durable.Access;

/// <summary>An access key that was just made.</summary>
/// <param name="Key">The key.</param>
/// <param name="Secret">What its holder shows; it is kept nowhere, so this is the only time that it is seen.</param>
public sealed record NewKey(AccessKey Key, string Secret)
{
    /// <summary>Without the secret, so that no log gets it.</summary>
    public override string ToString() => $"{Key}";
}
