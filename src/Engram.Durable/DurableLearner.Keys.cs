using Engram.Durable.Access;

namespace Engram.Durable;

// Who may do what over a network. In a program that has the file itself, nobody is asked for a key.
public sealed partial class DurableLearner
{
    /// <summary>Adds an access key. A learner may have keys before its first lesson, and gets them while it learns one.</summary>
    /// <param name="name">As people call it, such as <c>line 3 camera</c>.</param>
    /// <param name="role">What it lets its holder do.</param>
    /// <returns>The key with its secret, which is shown this once: what is kept is a digest.</returns>
    /// <exception cref="EngramException">Another key has that name, or it cannot be written.</exception>
    public NewKey AddKey(string name, AccessRole role) => new KeyKeeping(file, Clock).Add(name, role);

    /// <summary>All access keys, the oldest first, revoked ones too.</summary>
    public IReadOnlyList<AccessKey> Keys() => new KeyKeeping(file, Clock).All();

    /// <summary>Revokes a key for good.</summary>
    /// <param name="idOrName">Its id, or its name.</param>
    /// <exception cref="EngramException">There is none, or it is revoked already.</exception>
    public AccessKey RevokeKey(string idOrName) => new KeyKeeping(file, Clock).Revoke(idOrName);

    /// <summary>The keys as they are now, to be asked for secrets without a database.</summary>
    public KeyRing Keyring() => new KeyKeeping(file, Clock).Ring();
}
