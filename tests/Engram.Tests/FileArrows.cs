namespace Engram.Tests;

/// <summary>
/// Which files name types of which other files, read from the source text. Comments, texts and names of members are no types: a name counts where a type
/// of it stands in a namespace that the file sees. Types within types count as the type around them, without which nobody else can name them.
/// </summary>
internal sealed class FileArrows
{
    private static readonly HashSet<string> Kinds = ["class", "struct", "interface", "enum", "record"];

    // After these a name is a type or a value, not that of something declared.
    private static readonly HashSet<string> BeforeTypes =
    [
        "new", "return", "is", "as", "not", "and", "or", "case", "in", "throw", "await", "when", "else", "do", "yield", "ref", "out", "where", "using", "static", "public", "private", "protected",
        "internal", "sealed", "abstract", "override", "virtual", "readonly", "required", "const", "params", "this", "scoped", "extern", "unsafe", "partial", "async", "event", "operator", "implicit", "explicit",
    ];

    // Words that stand behind a value.
    private static readonly HashSet<string> Operators = ["is", "as", "switch", "with", "and", "or", "when", "in"];

    private readonly Dictionary<string, string[]> outOf;

    /// <param name="sources">Name and text of each file.</param>
    public FileArrows(IReadOnlyDictionary<string, string> sources)
    {
        Source[] files = [.. sources.Select(file => new Source(file.Key, file.Value))];
        ILookup<string, Source> owners = files.SelectMany(file => file.Types.Select(type => (type, file))).ToLookup(pair => pair.type, pair => pair.file);
        outOf = files.ToDictionary(file => file.Name, file => file.Names(owners).Where(owner => owner != file).Select(owner => owner.Name).Distinct().Order(StringComparer.Ordinal).ToArray());
    }

    public IEnumerable<string> Files => outOf.Keys;

    /// <summary>Files whose types a file names.</summary>
    public IReadOnlyList<string> OutOf(string file) => outOf[file];

    /// <summary>Files that name a type of a file.</summary>
    public IReadOnlyList<string> Into(string file) => [.. outOf.Where(other => other.Value.Contains(file)).Select(other => other.Key)];

    /// <summary>Sets of files of which each leads to every other; those with more than one file.</summary>
    public IReadOnlyList<string[]> Cycles()
    {
        Dictionary<string, HashSet<string>> reached = outOf.Keys.ToDictionary(file => file, Reached);
        return [.. outOf.Keys.Where(file => reached[file].Contains(file))
            .Select(file => reached[file].Where(other => reached[other].Contains(file)).Order(StringComparer.Ordinal).ToArray())
            .DistinctBy(cycle => cycle[0]).OrderByDescending(cycle => cycle.Length).ThenBy(cycle => cycle[0], StringComparer.Ordinal)];
    }

    /// <summary>The files with most arrows, and every cycle with the arrows within it.</summary>
    public string Report(int most)
    {
        (string File, int Out, int Into)[] all = [.. Files.Select(file => (file, OutOf(file).Count, Into(file).Count))];
        IReadOnlyList<string[]> cycles = Cycles();
        return string.Join('\n',
        [
            $"{all.Length} files, {all.Sum(one => one.Out)} arrows; cycles: {cycles.Count}",
            "", "most out:", .. all.OrderByDescending(one => one.Out).Take(most).Select(Line),
            "", "most in:", .. all.OrderByDescending(one => one.Into).Take(most).Select(Line),
            .. cycles.SelectMany(cycle => cycle.Select(file => $"  {file} -> {string.Join(", ", OutOf(file).Where(cycle.Contains))}").Prepend($"\ncycle of {cycle.Length}:")),
        ]);

        static string Line((string File, int Out, int Into) one) => $"{one.Out,5} out {one.Into,5} in  {one.File}";
    }

    private HashSet<string> Reached(string from)
    {
        HashSet<string> found = [];
        Queue<string> open = new([from]);
        while (open.TryDequeue(out string? file))
            foreach (string next in outOf[file].Where(found.Add)) open.Enqueue(next);
        return found;
    }

    /// <summary>One file: what it declares, and what it names.</summary>
    private sealed class Source
    {
        private readonly List<string> tokens;
        private readonly HashSet<string> own = [], members = [], usings = []; // types of the file, within others too; members, parameters and variables; namespaces
        private readonly HashSet<int> enumerators = [];

        public Source(string name, string code)
        {
            (Name, tokens) = (name, CSharpTokens.Of(code));
            Stack<string> open = new(); // what each bracket that is not closed yet belongs to: a kind of type, or itself
            string header = "";
            for (int i = 0; i < tokens.Count; i++)
            {
                string within = open.Count > 0 ? open.Peek() : "";
                if (tokens[i] is "namespace" or "using" && within.Length == 0) ReadNamespace(i);
                if (TypeAt(i) is { } type)
                {
                    header = tokens[i];
                    own.Add(type);
                    if (within.Length == 0) Types.Add(type);
                }
                else if (within == "enum" && At(i - 1) is "{" or "," or "]") enumerators.Add(i);
                else if (IsDeclaredAt(i, within)) members.Add(tokens[i]);
                if (tokens[i] is "(" or "[") open.Push(tokens[i]);
                if (tokens[i] is "{") open.Push(header.Length > 0 ? header : tokens[i]);
                if (tokens[i] is ")" or "]" or "}") open.TryPop(out _);
                if (tokens[i] is "{" or ";") header = "";
            }
        }

        public string Name { get; }

        public string Namespace { get; private set; } = "";

        /// <summary>Types that do not stand within others.</summary>
        public HashSet<string> Types { get; } = [];

        /// <summary>Files of the types that are named.</summary>
        public IEnumerable<Source> Names(ILookup<string, Source> owners) => Enumerable.Range(0, tokens.Count).Where(i => !enumerators.Contains(i) && !IsLabelAt(i)).SelectMany(i =>
        {
            if (IsAttributeAt(i) && owners.Contains(tokens[i] + "Attribute")) return owners[tokens[i] + "Attribute"].Where(owner => Sees(owner.Namespace));
            if (At(i - 1) == ".") return owners[tokens[i]].Where(owner => owner.Namespace == QualifierAt(i) || owner.Namespace.EndsWith("." + QualifierAt(i), StringComparison.Ordinal));
            return owners[tokens[i]].Where(owner => Sees(owner.Namespace) && !own.Contains(tokens[i]) && (!members.Contains(tokens[i]) || IsTypeAt(i)));
        });

        private bool Sees(string other) => Namespace == other || Namespace.StartsWith(other + ".", StringComparison.Ordinal) || usings.Contains(other);

        private string At(int i) => i >= 0 && i < tokens.Count ? tokens[i] : "";

        private void ReadNamespace(int i)
        {
            string name = string.Concat(tokens.Skip(i + 1).SkipWhile(token => token == "static").TakeWhile(token => token is not (";" or "{" or "=")));
            if (tokens[i] == "using") usings.Add(name);
            else Namespace = name;
        }

        // The name of a type that is declared here.
        private string? TypeAt(int i)
        {
            if (tokens[i] == "delegate" && IsName(At(i + 1)))
            {
                int open = tokens.IndexOf("(", i);
                return open > i + 2 ? At(open - 1) : null;
            }
            if (!Kinds.Contains(tokens[i]) || At(i - 1) is ":" or "," || Kinds.Contains(At(i + 1))) return null;
            return IsName(At(i + 1)) && At(i + 2) is "(" or "{" or ";" or ":" or "<" ? At(i + 1) : null;
        }

        // A member, parameter or variable.
        private bool IsDeclaredAt(int i, string within)
        {
            if (!IsName(tokens[i])) return false;
            string before = At(i - 1), after = At(i + 1);
            if (Kinds.Contains(within) && before == "," && after is "=" or ";" or ",") return true;
            return after is "{" or "=>" or "=" or ";" or "(" or "," or ")" && before != tokens[i] && !Kinds.Contains(before)
                && (before is "]" or ">" or "?" || (IsName(before) && !BeforeTypes.Contains(before)));
        }

        // Where nothing but a type can stand, whatever else has its name.
        private bool IsTypeAt(int i) =>
            At(i - 1) is "new" or "operator" || (At(i - 1) is "<" or "," && At(i + 1) == ">")
            || (IsName(At(i + 1)) && !Operators.Contains(At(i + 1))) || (At(i + 1) == "?" && IsName(At(i + 2)) && At(i + 3) is ";" or "=" or "," or ")" or "{" or "=>" or "(");

        private string QualifierAt(int i)
        {
            int first = i - 2;
            while (At(first - 1) == ".") first -= 2;
            return own.Contains(At(first)) || members.Contains(At(first)) ? "" : string.Concat(tokens.Skip(first).Take(i - 1 - first));
        }

        // What is set or matched by its name: { Name = .., Name: .. } or (Name: ..).
        private bool IsLabelAt(int i) => At(i - 1) is "{" or "," or "(" && At(i + 1) is "=" or ":";

        private bool IsAttributeAt(int i) => At(i - 1) is "[" && At(i - 2) is "" or ";" or "{" or "}" or "]" && At(i + 1) is "(" or "]" or ",";

        private static bool IsName(string token) => token.Length > 0 && (char.IsLetter(token[0]) || token[0] == '_');
    }
}
