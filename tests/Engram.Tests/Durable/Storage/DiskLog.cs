namespace Engram.Tests.Durable.Storage;

/// <summary>Every change of some files, in order, and what a disk may hold of them when the power fails.</summary>
internal sealed class DiskLog
{
    private const int Sector = 512;
    private readonly List<FileChange> changes = [];

    public int Count => changes.Count;

    public void Add(FileChange change) => changes.Add(change);

    /// <summary>
    /// Files after the first changes: what was forced to disk is there. Of the rest a random choice is, by the kind of loss: nothing; everything,
    /// as after a kill; of each file its first writes, the last of them torn; or any of its writes. New and deleted names are on disk when a
    /// file that is new itself was forced to disk, for then SQLite does the same with its folder; of the others the first ones may be.
    /// </summary>
    public Dictionary<string, byte[]> After(int count, Loss loss, Random random)
    {
        List<Inode> inodes = [];
        Dictionary<string, Inode> now = [], onDisk = [];
        List<FileChange> names = [];
        List<Inode> named = [];
        foreach (FileChange change in changes.Take(count))
        {
            switch (change.Kind)
            {
                case FileChangeKind.Create or FileChangeKind.Delete:
                    if (change.Kind == FileChangeKind.Create) inodes.Add(now[change.Path] = new());
                    names.Add(change);
                    named.Add(now[change.Path]);
                    if (change.Kind == FileChangeKind.Delete) now.Remove(change.Path);
                    if (change is { Kind: FileChangeKind.Delete, At: not 0 }) Rename(names.Count);
                    break;
                case FileChangeKind.Sync:
                    if (!now[change.Path].WasForced && change.Path.EndsWith('l')) Rename(names.Count); // -wal, -journal
                    now[change.Path].Force();
                    break;
                default:
                    now[change.Path].Pending.Add(change);
                    break;
            }
        }
        Rename(loss switch { Loss.All => 0, Loss.None => names.Count, _ => random.Next(names.Count + 1) });
        return onDisk.ToDictionary(pair => pair.Key, pair => pair.Value.Content(loss, random));

        void Rename(int most)
        {
            for (int i = 0; i < most; i++)
                if (names[i].Kind == FileChangeKind.Create) onDisk[names[i].Path] = named[i];
                else onDisk.Remove(names[i].Path);
            names.RemoveRange(0, most);
            named.RemoveRange(0, most);
        }
    }

    private sealed class Inode
    {
        private byte[] forced = [];

        public List<FileChange> Pending { get; } = [];

        public bool WasForced { get; private set; }

        public void Force()
        {
            using MemoryStream content = new();
            content.Write(forced);
            foreach (FileChange change in Pending) Apply(content, change, change.Bytes.Length);
            forced = content.ToArray();
            Pending.Clear();
            WasForced = true;
        }

        public byte[] Content(Loss loss, Random random)
        {
            using MemoryStream content = new();
            content.Write(forced);
            int kept = loss switch { Loss.All => 0, Loss.None => Pending.Count, _ => random.Next(Pending.Count + 1) };
            if (loss == Loss.Some)
                foreach (FileChange change in Pending.Where(_ => random.Next(2) == 0)) Apply(content, change, change.Bytes.Length);
            else
                for (int i = 0; i < kept; i++) Apply(content, Pending[i], loss == Loss.Torn && i == kept - 1 ? random.Next((Pending[i].Bytes.Length / Sector) + 1) * Sector : Pending[i].Bytes.Length);
            return content.ToArray();
        }

        private static void Apply(MemoryStream file, FileChange change, int length)
        {
            if (change.Kind == FileChangeKind.Truncate)
            {
                file.SetLength(change.At);
                return;
            }
            if (file.Length < change.At) file.SetLength(change.At);
            file.Position = change.At;
            file.Write(change.Bytes, 0, Math.Min(length, change.Bytes.Length));
        }
    }
}
