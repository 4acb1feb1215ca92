using Engram.Evaluation;

namespace Engram.Tests.Evaluation;

public sealed class BlockDesignTests
{
    [Fact]
    public void Two_treatments_make_the_paired_t_test()
    {
        DifferenceTest test = new BlockDesign([[.93, .91, .94], [.89, .90, .90]]).Contrast([1, -1]), paired = DifferenceTest.Of([.04, .01, .04]);

        Assert.Equal(paired.Mean, test.Mean, 12);
        Assert.Equal(paired.StandardError!.Value, test.StandardError!.Value, 12);
        Assert.Equal(paired.P!.Value, test.P!.Value, 12);
    }

    [Fact]
    public void Noise_is_what_treatments_and_seeds_leave()
    {
        // An additive table and one disturbance of +-.01 that cancels in rows and columns: squares of 4 x .0001 over (3-1)(2-1) degrees.
        BlockDesign design = new([[.80 + .01, .82 - .01], [.70 - .01, .72 + .01], [.60, .62]]);

        Assert.Equal(2, design.Degrees);
        Assert.Equal(.0002, design.Variance!.Value, 12);
    }

    [Fact]
    public void One_seed_has_no_noise_to_measure() => Assert.Null(new BlockDesign([[.8], [.7]]).Contrast([1, -1]).P);

    [Fact]
    public void One_treatment_is_refused() => Assert.Contains("expected 2 or more", Assert.Throws<ArgumentException>(() => new BlockDesign([[.8, .7]])).Message);

    [Fact]
    public void A_contrast_weighs_the_means_and_the_noise_of_them_all()
    {
        // The means .81, .71, .61 and the variance .0002 of the table above: .81 - .66, and the root of .0002 / 2 x (1 + 1/4 + 1/4).
        DifferenceTest test = new BlockDesign([[.80 + .01, .82 - .01], [.70 - .01, .72 + .01], [.60, .62]]).Contrast([1, -.5, -.5]);

        Assert.Equal(.15, test.Mean, 12);
        Assert.Equal(Math.Sqrt(.00015), test.StandardError!.Value, 12);
        Assert.Equal((2, 2), (test.Seeds, test.Degrees));
    }
}
