using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Engram.Durable.Storage;

namespace Engram.Durable.Access;

/// <summary>Keeps the access keys of a learner. Each change is one transaction, which needs no hold: a lesson may be learned meanwhile.</summary>
/// <param name="file">The learner.</param>
/// <param name="clock">What time it is.</param>
internal sealed class KeyKeeping(LearnerFile file, TimeProvider clock)
{
    private const int IdLetters = 8, MostLetters = 100;

    /// <summary>Adds a key.</summary>
    /// <exception cref="EngramException">The name is none, or another key has it.</exception>
    public NewKey Add(string name, AccessRole role)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MostLetters || name.Any(char.IsControl))
            throw EngramException.Input("wrong-name", $"A key cannot be named '{Quote.Of(name)}'; give 1 to {MostLetters} letters in one line.");
        byte[] secret = RandomNumberGenerator.GetBytes(KeySecret.Length), salt = KeySecret.Salt();
        KeyRow? added = null;
        // Whoever makes the file holds it.
        using IDisposable? held = file.Store.Read(reader => reader.Learner() is null && reader.Unfinished() is null && reader.Keys().Count == 0) ? file.Store.HoldForWriting("add a key") : null;
        file.Store.Write(writer =>
        {
            IReadOnlyList<KeyRow> there = writer.Keys();
            if (there.FirstOrDefault(row => row.Id == name || (row.Name == name && row.Revoked is null)) is { } other)
                throw EngramException.Input("key-exists", $"There is a key '{Quote.Of(name)}' already, made on {other.Created:yyyy-MM-dd}; give another name, or revoke that one first.");
            added = new(NewId(there, name), name, Settings.Show(role), clock.GetUtcNow(), null, salt, KeySecret.Digest(salt, secret));
            writer.Put(added);
            Note(writer, "add-key", added);
        });
        return new(Key(added!), KeySecret.ToText(added!.Id, secret));
    }

    /// <summary>All keys, the oldest first.</summary>
    public IReadOnlyList<AccessKey> All() => [.. file.Store.Read(reader => reader.Keys()).Select(Key).OrderBy(key => key.Created).ThenBy(key => key.Id, StringComparer.Ordinal)];

    /// <summary>Those that are not revoked, to be asked for secrets.</summary>
    public KeyRing Ring() => new(file.Store.Read(reader => reader.Keys()).Select(row => (Key(row), row.Salt, row.Digest)));

    /// <summary>Revokes a key.</summary>
    /// <exception cref="EngramException">There is none, or it is revoked already.</exception>
    public AccessKey Revoke(string idOrName)
    {
        KeyRow? revoked = null;
        file.Store.Write(writer =>
        {
            IReadOnlyList<KeyRow> there = writer.Keys();
            KeyRow row = there.FirstOrDefault(row => row.Id == idOrName) ?? there.OrderBy(row => row.Revoked is not null).ThenByDescending(row => row.Created).FirstOrDefault(row => row.Name == idOrName)
                ?? throw EngramException.Input("unknown-key", $"There is no key '{Quote.Of(idOrName)}'{NearestNames.Suggest(idOrName, [.. there.Where(row => row.Revoked is null).Select(row => row.Name)])} 'engram keys list' shows them.");
            if (row.Revoked is { } before) throw EngramException.Input("revoked-key", $"The key '{Quote.Of(row.Name)}' ({row.Id}) was revoked on {before:yyyy-MM-dd} already; 'engram keys list' shows those that are not.");
            revoked = row with { Revoked = clock.GetUtcNow() };
            writer.Put(revoked);
            Note(writer, "revoke-key", revoked);
        });
        return Key(revoked!);
    }

    private static string NewId(IReadOnlyList<KeyRow> there, string name)
    {
        while (true)
        {
            string id = RandomNumberGenerator.GetHexString(IdLetters, lowercase: true);
            if (id != name && there.All(row => row.Id != id && row.Name != id)) return id;
        }
    }

    private void Note(StoreWriter writer, string what, KeyRow row) => LessonWriting.Note(writer, clock, what, new JsonObject { ["id"] = row.Id, ["name"] = row.Name, ["role"] = row.Role });

    private AccessKey Key(KeyRow row) => new(row.Id, row.Name, Enum.TryParse(row.Role, ignoreCase: true, out AccessRole role) && Enum.IsDefined(role) ? role : throw file.Damaged($"role '{row.Role}' of key {row.Id}"), row.Created, row.Revoked);
}
