using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Answering;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Generative;

/// <summary>What a replayed image is to be answered with.</summary>
public enum ReplayLabels
{
    /// <summary>The old network's most probable class.</summary>
    Hard,

    /// <summary>The old network's probabilities at a temperature.</summary>
    Distilled,
}

/// <summary>What draws the images to be replayed.</summary>
public enum GeneratorKind
{
    /// <summary><see cref="VariationalAutoencoder"/>.</summary>
    Vae,

    /// <summary><see cref="WassersteinGenerator"/>, the paper's.</summary>
    WganGp,
}

/// <summary>
/// Deep generative replay (Shin et al. 2017, arXiv 1705.08690): beside the network learns a generator of its inputs. From the second task on,
/// every batch is joined by as many images that the previous generator draws and the previous network labels:
/// L = r CE(new) + (1 - r) CE(replayed), r = 1/t; the generator learns from the same mixture. No data are kept.
/// </summary>
/// <remarks>
/// In the task scenario a replayed image counts once for every old task, with that task's outputs and label, and the mean is taken.
/// Differs from the paper: the generator is a variational autoencoder unless told otherwise, as in the published tables (van de Ven and
/// Tolias 2019, arXiv 1904.07734); the paper's WGAN-GP is of dense layers here; r = 1/t gives every task the same weight. Inputs in
/// another range than 0 to 1 are mapped to it (<see cref="PixelRange"/>).
/// </remarks>
[Method("dgr", Name = "Deep generative replay (DGR)", Family = "generative", Owns = Hooks.Prepare | Hooks.Loss, Summary = "replays images that a generator draws and the previous network labels; stores no data", Paper = "Shin et al. 2017, arXiv 1705.08690")]
public sealed class GenerativeReplay(GenerativeReplay.Options options) : LearningMethod, IExhibitor
{
    private const int Shown = 100;

    private readonly NetworkSnapshot previous = new();
    private IImageGenerator? generator, previousGenerator;
    private PixelRange range = new(0, 1);
    private Tensor? answers; // of the previous network to the replayed half of the batch; its own, valid until it is asked again
    private long step;

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>What draws the images to be replayed.</summary>
        [Description("what draws the images: vae or wgan-gp (several times slower)")]
        public GeneratorKind Generator { get; init; }

        /// <summary>What a replayed image is to be answered with.</summary>
        [Description("labels of replayed images: hard or distilled")]
        public ReplayLabels Labels { get; init; }

        /// <summary>Divides the logits before both softmaxes of distilled labels.</summary>
        [Description("temperature T of distilled labels"), Range(0.0, 1000.0, MinimumIsExclusive = true)]
        public double Temperature { get; init; } = 2;

        /// <summary>Weight r of the new task's data; null is 1/t, the same for every task; 1 replays nothing.</summary>
        [Description("weight r of the new task's data; left out it is 1/t, and 1 replays nothing"), Range(0.0, 1.0)]
        public double? Importance { get; init; }

        /// <summary>Units of the hidden layers of encoder and decoder.</summary>
        [Description("units of the generator's hidden layers"), Range(1, 65536)]
        public int[] Hidden { get; init; } = [400, 400];

        /// <summary>Length of the latent vector.</summary>
        [Description("length of the generator's latent vector"), Range(1, 65536)]
        public int Latent { get; init; } = 100;

        /// <summary>Step size of the generator's Adam, which is never reset; null is the publications' 0.001 for vae and 0.0001 for wgan-gp.</summary>
        [Description("step size of the generator's Adam; left out it is 0.001 for vae, 0.0001 for wgan-gp"), Range(0.0, 1000.0, MinimumIsExclusive = true)]
        public double? GeneratorRate { get; init; }
    }

    private double ShareOfNew => Model.TasksSeen == 1 ? 1 : options.Importance ?? 1.0 / Model.TasksSeen;

    /// <inheritdoc/>
    public override void BeginTask(LearningTask task)
    {
        if (task.Index == 0)
        {
            IReadOnlyList<long> shape = task.Train.InputShape;
            if (shape.Count != 3) throw EngramException.Input("not-images", $"dgr draws images, [channels, height, width], but the stream's inputs have the shape [{string.Join(", ", shape)}]; choose a stream of images or another method.");
            range = PixelRange.Of(task.Train);
            generator = NewGenerator();
            return;
        }
        range.Check(task);
        previous.Take(Model);
        previousGenerator ??= NewGenerator();
        using var constant = no_grad();
        for (int part = 0; part < generator!.Parameters.Count; part++) previousGenerator.Parameters[part].copy_(generator.Parameters[part]);
    }

    /// <inheritdoc/>
    public override Batch Prepare(Batch batch)
    {
        long count = batch.Count, all = ShareOfNew < 1 ? 2 * count : count;
        step++;
        Tensor pixels = range.ToUnit(batch.Inputs).reshape(count, -1), weights = TensorArithmetic.Filled([count, 1], (float)(ShareOfNew / count), Model.Device);
        Batch prepared = batch;
        if (all > count)
        {
            Tensor drawn = previousGenerator!.Draw(Latent("generated", count)), inputs = range.FromUnit(drawn); // [count, D]
            pixels = cat([pixels, drawn], 0);
            weights = cat([weights, TensorArithmetic.Filled([count, 1], (float)((1 - ShareOfNew) / count), Model.Device)], 0);
            answers = previous.Network!.Predict(inputs);
            Tensor labels = Masked(answers, OldMask).argmax(1);
            prepared = new(cat([batch.Inputs.reshape(count, -1), inputs], 0).reshape([all, .. Model.Network.InputShape]), cat([batch.Targets, labels], 0), batch.Tasks);
        }
        generator!.Step(pixels, weights, Model.Seed.For("generator", Model.TasksSeen, step));
        return prepared;
    }

    /// <inheritdoc/>
    public override Objective Loss(Batch batch, Tensor logits)
    {
        double share = ShareOfNew;
        if (share == 1) return base.Loss(batch, logits);
        long count = batch.Count / 2;
        Tensor replayed = logits.narrow(0, count, count);
        Objective fresh = base.Loss(batch with { Targets = batch.Targets.narrow(0, 0, count) }, logits.narrow(0, 0, count));
        Objective replay = Model.Scenario == Scenario.Task
            ? 1.0 / (Model.TasksSeen - 1) * Enumerable.Range(0, Model.TasksSeen - 1).Select(task => Replay(Model.Mask(task), Model.Mask(task))).Aggregate((sum, one) => sum + one)
            : Replay(OldMask, Model.Mask(Model.TasksSeen - 1));
        return Objective.OfParts(share * fresh, (1 - share) * replay);

        Objective Replay(Tensor? known, Tensor? competing) => options.Labels == ReplayLabels.Hard
            ? Objective.CrossEntropy(replayed, Masked(answers!, known).argmax(1), competing)
            : Objective.Distillation(replayed, Masked(answers!, known), options.Temperature, competing);
    }

    /// <inheritdoc/>
    /// <remarks>Images of the generator, in the order of the classes that the network takes them for.</remarks>
    public IEnumerable<Exhibit> Exhibits()
    {
        IReadOnlyList<long> shape = Model.Network.InputShape;
        Tensor drawn = generator!.Draw(Latent("exhibit", Shown));
        Tensor labels = Masked(Model.Network.Predict(range.FromUnit(drawn)), Model.Scenario == Scenario.Class ? Model.Mask(Model.TasksSeen - 1) : null).argmax(1);
        long[] classes = labels.cpu().data<long>().ToArray(), order = [.. Enumerable.Range(0, Shown).OrderBy(image => classes[image]).Select(image => (long)image)];
        Tensor ordered = drawn.index_select(0, tensor(order, device: Model.Device)).view(Shown, shape[0], -1); // [images, channels, pixels]
        byte[] gray = [.. ordered.mean([1]).cpu().flatten().data<float>().Select(value => (byte)MathF.Round(255 * value))];
        return [new ExhibitImages("generated images", (int)shape[1], (int)shape[2], gray)];
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state)
    {
        var (low, high) = range;
        bool begun = generator is not null, replays = previousGenerator is not null;
        state.Value("step", ref step);
        state.Value("low", ref low, least: float.MinValue, most: float.MaxValue);
        state.Value("high", ref high, least: float.MinValue, most: float.MaxValue);
        state.Value("begun", ref begun);
        state.Value("replays", ref replays);
        state.Require(low < high, "low", "less than the largest pixel");
        state.Require(begun == Model.TasksSeen > 0 && replays == Model.TasksSeen > 1, "begun", "a generator from the first task on and the one before from the second on");
        range = new(low, high);
        if (begun) (generator ??= NewGenerator()).Visit(state.Part("generator"));
        if (replays) (previousGenerator ??= NewGenerator()).Visit(state.Part("previousGenerator"));
        previous.Visit(state.Part("previous"), Model);
        state.Require(replays == previous.Network is not null, "previous.taken", "the network before from the second task on");
    }

    /// <inheritdoc/>
    public override long StoredBytes => generator is null ? 0 : generator.Parameters.Sum(part => part.numel()) * sizeof(float);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        generator?.Dispose();
        previousGenerator?.Dispose();
        previous.Dispose();
        base.Dispose(disposing);
    }

    // The outputs of all old tasks.
    private Tensor? OldMask => Model.Scenario == Scenario.Class ? Model.Mask(Model.TasksSeen - 2) : null;

    private static Tensor Masked(Tensor logits, Tensor? mask) => mask is null ? logits : logits.Plus(mask);

    private IImageGenerator NewGenerator()
    {
        long pixels = Model.Network.InputShape.Aggregate(1L, (product, size) => product * size);
        Seed seed = Model.Seed.Derive("generator");
        return options.Generator == GeneratorKind.Vae
            ? new VariationalAutoencoder(pixels, options.Hidden, options.Latent, options.GeneratorRate ?? 1e-3, seed, Model.Device)
            : new WassersteinGenerator(pixels, options.Hidden, options.Latent, options.GeneratorRate ?? 1e-4, seed, Model.Device);
    }

    private Tensor Latent(string purpose, long count) => Noise.Gaussian(Model.Seed.For(purpose, Model.TasksSeen, step), count, options.Latent, Model.Device);
}
