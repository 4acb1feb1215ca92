using Engram.Methods.Generative;
using Engram.Networks;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Generative;

public sealed class ClassGaussianTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public ClassGaussianTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Mean_and_covariance_are_those_of_the_codes()
    {
        using ClassGaussian gaussian = ClassGaussian.Of(tensor(new float[,] { { 1, 2 }, { 3, 6 }, { 5, 4 } }), diagonal: false);

        Batches.AssertClose(tensor(new float[] { 3, 4 }), gaussian.Mean, 1e-6);
        // Deviations (-2,-2), (0,2), (2,0): variances 8/3, covariance 4/3.
        Batches.AssertClose(tensor(new float[,] { { 8 / 3f, 4 / 3f }, { 4 / 3f, 8 / 3f } }), gaussian.Factor.mm(gaussian.Factor.t()), 1e-5);
        Assert.Equal(1e-6, gaussian.Jitter);
        Assert.True(gaussian.Factor.is_contiguous()); // as it is after a stop
        Assert.Equal(24, gaussian.StoredBytes); // two means and four numbers
    }

    [Fact]
    public void Independent_units_keep_their_variances_only()
    {
        using ClassGaussian gaussian = ClassGaussian.Of(tensor(new float[,] { { 1, 2 }, { 3, 6 }, { 5, 4 } }), diagonal: true);

        Batches.AssertClose(full(2, MathF.Sqrt(8 / 3f)), gaussian.Factor, 1e-5);
        Assert.Equal(16, gaussian.StoredBytes);
    }

    [Fact]
    public void Drawn_codes_of_independent_units_have_their_means_and_deviations()
    {
        using ClassGaussian gaussian = ClassGaussian.Of(Batches.Random(new(1), 500, 2) * tensor(new float[] { 0.5f, 3 }) + tensor(new float[] { 1, -2 }), diagonal: true);

        Tensor drawn = gaussian.Draw(new(2), 40_000);

        Batches.AssertClose(gaussian.Mean, drawn.mean([0]), .02);
        Batches.AssertClose(gaussian.Factor, drawn.std(0L), .02);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_distribution_survives_a_stop(bool diagonal)
    {
        using ClassGaussian gaussian = ClassGaussian.Of(Batches.Random(new(1), 9, 3), diagonal), restored = ClassGaussian.Empty();
        StateBag state = new();
        gaussian.Visit(state, 3, diagonal);

        restored.Visit(new StateBag(state.Tensors.ToDictionary(), state.Values), 3, diagonal);

        Batches.AssertClose(gaussian.Draw(new(2), 5), restored.Draw(new(2), 5), 0);
    }

    [Fact]
    public void Drawn_codes_have_the_distribution_that_was_measured()
    {
        Tensor codes = Batches.Random(new(1), 500, 3).mm(tensor(new float[,] { { 1, .5f, 0 }, { 0, 2, 1 }, { 0, 0, .3f } })) + tensor(new float[] { 1, 2, 3 });
        using ClassGaussian gaussian = ClassGaussian.Of(codes, diagonal: false);

        using ClassGaussian again = ClassGaussian.Of(gaussian.Draw(new(2), 40_000), diagonal: false);

        Batches.AssertClose(gaussian.Mean, again.Mean, .02);
        Batches.AssertClose(gaussian.Factor, again.Factor, .03);
    }

    [Fact]
    public void Jitter_is_raised_until_the_factorisation_succeeds()
    {
        // Two units that are always equal and huge: rounding makes the matrix indefinite by far more than 1e-6.
        Tensor one = Batches.Random(new(1), 50, 1) * 1e6f;
        Tensor codes = cat([one, one, one * 0.3f + 1, Batches.Random(new(3), 50, 1)], 1);

        using ClassGaussian gaussian = ClassGaussian.Of(codes, diagonal: false);

        Assert.True(gaussian.Factor.isfinite().all().item<bool>());
        Assert.True(gaussian.Jitter > ClassGaussian.FirstJitter, $"jitter {gaussian.Jitter}");
        using ClassGaussian constant = ClassGaussian.Of(zeros(5, 3), diagonal: false); // units that never change
        Batches.AssertClose(eye(3) * 1e-3f, constant.Factor, 1e-5);
    }

    [Fact]
    public void Codes_that_are_not_finite_are_an_error() =>
        Assert.Equal("diverged", Assert.Throws<EngramException>(() => ClassGaussian.Of(tensor(new float[,] { { 1, float.NaN } }), diagonal: false)).Code);

    [Theory]
    [InlineData("mean", "mean and factor of every class")]
    [InlineData("factor", "mean and factor of every class")]
    public void A_checkpoint_with_half_of_it_is_refused(string missing, string expected)
    {
        using ClassGaussian gaussian = ClassGaussian.Of(Batches.Random(new(1), 9, 3), diagonal: false), restored = ClassGaussian.Empty();

        new SavedState(state => gaussian.Visit(state, 3, diagonal: false)).With(missing, (Tensor?)null).AssertRefused(expected, state => restored.Visit(state, 3, diagonal: false));
        new SavedState(state => gaussian.Visit(state, 3, diagonal: false)).AssertRefused("shape [3, 3], but [3] is expected", state => restored.Visit(state, 3, diagonal: true));
    }

    [Fact]
    public void One_that_is_measured_restored_and_freed_leaves_nothing() => Leaks.AssertNone(() =>
    {
        foreach (bool diagonal in new[] { false, true })
        {
            using DisposeScope inner = NewDisposeScope();
            using ClassGaussian gaussian = ClassGaussian.Of(Batches.Random(new(1), 9, 3), diagonal), restored = ClassGaussian.Empty();
            new SavedState(state => gaussian.Visit(state, 3, diagonal)).Restore(state => restored.Visit(state, 3, diagonal));
            restored.Draw(new(1), 4);
        }
    });
}
