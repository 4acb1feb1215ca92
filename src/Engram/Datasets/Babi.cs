using System.Security.Cryptography;

namespace Engram.Datasets;

/// <summary>
/// The bAbI tasks, English (Weston et al. 2015, arXiv 1502.05698, version 1.2): twenty kinds of questions about short stories, the files of
/// each under their official names, in <c>en</c> (1,000 training questions per task) or <c>en-10k</c> (10,000).
/// </summary>
public static class Babi
{
    private const string Folder = "tasks_1-20_v1-2";

    /// <summary>1,000 training and 1,000 test questions per task.</summary>
    public static StoryDatasetSource Source { get; } = new Edition("babi", "en", 1000, hasChecksums: true);

    /// <summary>10,000 training questions per task. Its files are read where they are; Engram knows no checksums of them and does not download them.</summary>
    public static StoryDatasetSource LargeSource { get; } = new Edition("babi-10k", "en-10k", 10_000, hasChecksums: false);

    // SHA-256 of the files of en.
    private static readonly Part[] Parts =
    [
        new("single-supporting-fact", "c64ba9b1a49bbb111ffc4cd2ae4f129d25c012399dd7ade9679eea464b9afb05", "55acf66cef2f6d798e2aa1d056e1ec8f24e910ea9215b639450574321132959b"),
        new("two-supporting-facts", "a4978af5bc0dc30191810e7c9949aaa6eae939ed0f6beb9fcb5f4330c2a27860", "eff93fb9cd81ba02eb765772cf7cc269769ed44ec71cbbbc19cfb16ee5eba0f6"),
        new("three-supporting-facts", "a6e78019f36a02a7ed71fe6aaded0b563ff09c8deec392931801fcd9c6af4d60", "17795c977100baf8188f386522ae301b62d6c1a13efc01b3aea781e588b4d57f"),
        new("two-arg-relations", "c9370502d85fa382f32d1fea2111e817f81ae9e3e79eb2924a1a5392a90417fa", "07f0ca18ddeea9eed4ba6d59e162adcb0ce44815721114b3540d92825509331e"),
        new("three-arg-relations", "086cd59c3ca9677bfac3d6a22ca5853c76a5c1fbae3159c7c4a6aef759a74ec0", "ec825c1c8a76e63a31f0d7a7763cd63740e98332fa9bdf246a19068949bd5f97"),
        new("yes-no-questions", "5a133115ee35d475776df703ff605d145b11effbcdbf7e74861f9d5639246a5a", "b108b16f1eccbd1c24df6dca2649079a7b2f10af7fd12d4c45a3393802de59e3"),
        new("counting", "dca03bd91876951c49f1c971c83c9dd55404de60201b7b6435451cf7ddb4751c", "a74d1f2b91329b2bae814d41cdac2fbdfdf0328562b7d8afa9a0fa576d461e27"),
        new("lists-sets", "058604df6f9440458317e8ae685d2b7b84261e1a80b4d6410a9140d16f81bf06", "362a653c821a580fa315a85243b4f03bfa06fa7e0269b6f8e596f8fe6911646a"),
        new("simple-negation", "0c3b89921af0caea1c4059ee3f7b7f2a88869f924195a428da37820446b8c49f", "63590aff3f89993db409f0e9a9eb39c2a5b9d5efff99b255d800a891b0044d9f"),
        new("indefinite-knowledge", "0b7691689447bab05476c5b48c44999b41e747c3978df69c18fdd87b60d6e8b3", "fde8f20ed0b3ba979058ed391a566af34653f23baab5b2793ee37f87ef4e88b7"),
        new("basic-coreference", "9468de9a1f256f43dfda693a5d07182d21149a82b65f7c2451c64e9cff5eb138", "46f3290d0158ce1285a40cd2d793f5a65f86ae5000226e165cbc85a3dfeb2f6f"),
        new("conjunction", "45c2764bb2d3c8f699d35e9d9aa7958fcd96379c6e907116cdf74526c108bb25", "6437718f8f9801ce345869e910b896836cdc6fd2d01dc7b4d2df49730703b4b1"),
        new("compound-coreference", "533a391edbda743e4c99504de88b40cdded5b1d5ef454d1390f0863f748a4cc9", "76a25b684f23c9cc473d8cd1465506168b9a1ec8891cfc59d0bbd87e6a064990"),
        new("time-reasoning", "b7561cbc624205c9c2fdbb8c843cfa8ad90edd65e78bb223fc6dea8113662df8", "e3f0b19858ffbec3ed1e49076cc4d1295a89ce146c50318b862f13f202b3caf2"),
        new("basic-deduction", "e856ebfdcce4dd7d617c1d10f985e96a0850c0ca18e9a19a017cb710d135ed3d", "32b77e117fe9acf5f94906684e3b5206de0108e646c76e1da3e022896ec7ee94"),
        new("basic-induction", "20121005137e3d4b061a086eb177a456303d5742b764eb8da2d0e480b6af4d28", "4a11e55366f2a5a859b5a81f683ee23801bdbe71ef984e51adb976bd053e8dcf"),
        new("positional-reasoning", "20083bf56ff74f0e7cf5e3e2f8c3905cdb8ef09293c3e8cf7a96ed8b45ae2277", "9e1e0250ed4ec1831757fab26c04138f81ea557ebf6976a220db879cbed04bac"),
        new("size-reasoning", "18b7dcf52c9a0e87e4e7dd3d65b7e5a630de039645f52a1294197af7481d739d", "d34f70eb7228a276fcb3a7854174fe562c5634f4fb454a39fc3d1ad9934be3ef"),
        new("path-finding", "dcb788352a56effb7bea1449128f31cc9c342c8c327b6df2caeee0e379e6ad3a", "023e391f0d7f79c9e6ae1c46c093e2d0dbd50ab8fbd8965e037a75e3614c20e5"),
        new("agents-motivations", "29580ad55fb7b4b29ba014696056cc68f8f347dac3be88470fd692ad60150398", "bd3bde3788ac14ba0ae095078f7b820fbd2bfa6a34dba9d1d46a34afde9c2729"),
    ];

    private sealed record Part(string Name, string Train, string Test)
    {
        public string TaskName => Name.Replace('-', ' ');

        public string FileName(int index, string split) => $"qa{index + 1}_{Name}_{split}.txt";
    }

    private sealed class Edition(string id, string language, int questions, bool hasChecksums) : StoryDatasetSource
    {
        public override string Id => id;

        public override string Summary => $"twenty tasks of questions about short stories, {questions:#,0} + 1,000 questions each, English";

        public override string Licence => "CC BY 3.0";

        public override string Origin => "Weston, Bordes, Chopra, Mikolov, Rush et al. (2015), version 1.2, https://research.facebook.com/downloads/babi/";

        public override string HowToGet => hasChecksums ? base.HowToGet : $"copy the folder '{language}' of the published {Folder} into a data folder as babi/{language}";

        private string Remedy => hasChecksums ? $"delete the file and run '{HowToGet}'" : "restore the file from the published archive";

        private static IEnumerable<(string File, string Sha256)> Files => Parts.Index().SelectMany(part => new[]
        {
            (part.Item.FileName(part.Index, "train"), part.Item.Train), (part.Item.FileName(part.Index, "test"), part.Item.Test),
        });

        public override string? Find(DataFolders folders) => Candidates(folders).FirstOrDefault(folder => Missing(folder).Count == 0);

        public override StoryDataset Load(DataFolders folders)
        {
            string folder = Find(folders) ?? throw NotFound(folders);
            return new([.. Parts.Select((part, index) => new StoryTask(part.TaskName,
                Read(folder, part.FileName(index, "train"), part.Train, questions), Read(folder, part.FileName(index, "test"), part.Test, 1000)))]);
        }

        public override async Task<string> GetAsync(
            DataFolders folders, HttpClient client, Uri? mirror = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
        {
            string? complete = Find(folders.ForGet());
            if (complete is null && !hasChecksums)
                throw EngramException.Input("no-download", $"'{id}' is not here and Engram cannot download it, since it knows no checksums of its files; {HowToGet}. '{Source.HowToGet}' gets the edition with 1,000 questions.");
            string folder = complete ?? Path.Combine(folders.DownloadTo, "babi", language);
            // One copy among several whose files have these checksums; it keeps each file by itself.
            Uri published = new($"https://raw.githubusercontent.com/siddk/entity-network/b18fbb7c749e98192a77132af9e537e399ac24c7/tasks/{language}/");
            DatasetDownload download = new(client, mirror ?? published, folder, progress);
            foreach (var (file, sha256) in Files)
            {
                string path = Path.Combine(folder, file);
                if (File.Exists(path)) Check(path, sha256, Remedy);
                else await download.FetchAsync(file, (partial, remedy) => Check(partial, sha256, remedy), cancellation);
            }
            return folder;
        }

        private static IEnumerable<string> Candidates(DataFolders folders, string language) => folders.Places("babi").SelectMany(place => new[] { Path.Combine(place, language), Path.Combine(place, Folder, language) })
            .Concat(folders.Places(Folder).Select(place => Path.Combine(place, language)));

        private IEnumerable<string> Candidates(DataFolders folders) => Candidates(folders, language);

        private static List<string> Missing(string folder) => [.. Files.Select(file => file.File).Where(file => !File.Exists(Path.Combine(folder, file)))];

        private EngramException NotFound(DataFolders folders)
        {
            IEnumerable<string> tried = Candidates(folders).Select(folder => (Folder: folder, Missing: Missing(folder)))
                .Select(one => one.Missing.Count == 2 * Parts.Length ? $"'{one.Folder}'" : $"'{one.Folder}' (lacks {string.Join(", ", one.Missing.Take(4))}{(one.Missing.Count > 4 ? $" and {one.Missing.Count - 4} more" : "")})");
            string remedy = hasChecksums ? $"run '{HowToGet}', or name the folder that holds 'babi' with --data" : HowToGet;
            return EngramException.Input("missing-data", $"The data set '{id}' was not found; tried {string.Join(", ", tried)}; {remedy}.");
        }

        // The checksum comes last, so that an error names the first wrong line wherever that can be told.
        private IReadOnlyList<Story> Read(string folder, string name, string sha256, int expected)
        {
            string path = Path.Combine(folder, name);
            IReadOnlyList<Story> stories = StoryFile.Read(path, Remedy);
            if (stories.Count != expected) throw EngramException.Input("corrupt-data", $"'{path}' has {stories.Count} questions, {expected} were expected; {Remedy}.");
            if (hasChecksums) Check(path, sha256, Remedy);
            return stories;
        }

        private static void Check(string path, string sha256, string remedy)
        {
            string found = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
            if (found != sha256) throw EngramException.Input("corrupt-data", $"'{path}' is damaged: its content has the checksum (sha256) {found} and {sha256} was expected; {remedy}.");
        }
    }
}
