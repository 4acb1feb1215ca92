using System.Diagnostics;
using Engram.OwnData;
using Engram.Pictures;
using Engram.Pretrained;
using Engram.Streams;
using Engram.Texts;
using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace Engram.Bench;

/// <summary>Frozen networks against bare loops of ONNX Runtime, and features that are taken from the cache.</summary>
internal static class FeatureBench
{
    private const int Side = 224, PicturesPerBlock = 24, Rounds = 7, CachedPictures = 400;

    public static IEnumerable<Figure> Run()
    {
        string folder = Directory.CreateTempSubdirectory("engram-bench-").FullName;
        try
        {
            foreach (Figure figure in Rates()) yield return figure;
            foreach (Figure figure in Cached(folder)) yield return figure;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<Figure> Rates()
    {
        using ResNet18 network = new();
        using MiniLm reader = new();
        float[][] pixels = [.. Enumerable.Range(0, PicturesPerBlock).Select(picture => Enumerable.Range(0, 3 * Side * Side).Select(i => (i * (picture + 7) % 251) / 250f).ToArray())];
        ArraySamples pictures = new(pixels, new int[PicturesPerBlock], 0, [3, Side, Side]);
        int[] all = [.. Enumerable.Range(0, PicturesPerBlock)];
        float[] features = new float[PicturesPerBlock * network.Length], read = new float[PicturesPerBlock * reader.Length];
        using BareLoop cores = new(threads: 0), sideBySide = new(threads: 1);
        double[] seconds = Interleaved.Median(Rounds, PicturesPerBlock,
            () => network.Compute(pictures, all, features),
            () => Array.ForEach(pixels, cores.Run),
            () => Parallel.ForEach(pixels, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, sideBySide.Run),
            () => reader.Compute(new Sentences(PicturesPerBlock), all, read));
        yield return new("resnet18 / bare loop, cores within a picture", seconds[1] / seconds[0], 0.9, true, $"{1 / seconds[0]:F1} / {1 / seconds[1]:F1} pictures per second");
        yield return new("resnet18 / bare loop, pictures side by side", seconds[2] / seconds[0], 0.9, true, $"{1 / seconds[0]:F1} / {1 / seconds[2]:F1} pictures per second");
        yield return new("texts per second of minilm", 1 / seconds[3], null, true, "sentences of about 20 words");
    }

    // The second run of a program over 400 photos of 500 x 375: files read and hashed, features taken from the cache.
    private static IEnumerable<Figure> Cached(string folder)
    {
        string photos = Path.Combine(folder, "photos", "class");
        Directory.CreateDirectory(photos);
        for (int i = 0; i < CachedPictures; i++) Draw(Path.Combine(photos, $"{i}.jpg"), i);
        using ResNet18 network = new();
        TaskStream Open()
        {
            Records records = new PictureReader().Open(Path.Combine(folder, "photos"), new() { PictureSize = Side });
            RecordSamples samples = new(records, records.Fit([0]), [.. Enumerable.Range(0, records.Count)], [0], 0);
            return new("photos", Scenario.Task, [new(0, "all", samples, null, samples, [0])]);
        }
        Samples keyed = Open().Tasks[0].Train;
        using (FeatureCache cache = new(Path.Combine(folder, "cache"), network))
            for (int i = 0; i < keyed.Count; i++) cache.Add([network.KeyOf(keyed, i)], new float[network.Length]);
        double second = Enumerable.Range(0, 5).Select(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            using FeatureCache cache = new(Path.Combine(folder, "cache"), network);
            FeatureStream.Of(Open(), network, cache);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }).Order().ElementAt(2);
        yield return new("pictures per second from the cache", CachedPictures / second, 1000, true, "500 x 375 JPEGs, opened, hashed and looked up");
        long before = Stopwatch.GetTimestamp();
        using (new ResNet18()) { }
        yield return new("ms to open resnet18 without running it", Stopwatch.GetElapsedTime(before).TotalMilliseconds, null, false, "read and hashed, once per program");
    }

    private static void Draw(string path, int seed)
    {
        using SKBitmap bitmap = new(new SKImageInfo(500, 375, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> bytes = bitmap.GetPixelSpan();
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)(i % 4 == 3 ? 255 : (i / 2000 * (seed % 7 + 1) + i % 2000 / 9 * (i % 4 + 1)) % 256);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
        File.WriteAllBytes(path, data.ToArray());
    }

    // What a user would write: one picture at a time, the network alone.
    private sealed class BareLoop(int threads) : IDisposable
    {
        private readonly InferenceSession session = new(ResNet18.PathOf("ResNet18.onnx"), new SessionOptions { IntraOpNumThreads = threads });

        public void Run(float[] picture)
        {
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(picture, [1, 3, Side, Side]);
            using RunOptions options = new();
            using var outputs = session.Run(options, ["Input247"], [input], ["Pooling395_Output_0"]);
            _ = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }

        public void Dispose() => session.Dispose();
    }

    private sealed class Sentences(int count) : Samples
    {
        public override int Count => count;

        public override IReadOnlyList<long> InputShape { get; } = [1];

        public override IReadOnlyList<int> Lessons { get; } = [0];

        public override string Text(int sample) => $"Sentence {sample} says that the train to the coast left the station {sample} minutes late because of snow on the line.";

        public override void Read(int sample, Span<float> input) => input[0] = sample;

        public override int Target(int sample) => 0;

        public override int Task(int sample) => 0;
    }
}
