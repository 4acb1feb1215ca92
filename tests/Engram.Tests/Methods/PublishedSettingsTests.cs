using Engram.Methods;

namespace Engram.Tests.Methods;

/// <summary>Settings that a method's paper, or the code behind its tables, gives a number for: nothing else would notice another default.</summary>
public sealed class PublishedSettingsTests
{
    [Theory]
    [InlineData("ewc", "estimator", "exact")] // Kirkpatrick et al. 2017: the definition
    [InlineData("online-ewc", "gamma", 1)] // Schwarz et al. 2018, section 4: the best of permuted MNIST is close to it
    [InlineData("si", "damping", 0.1)] // Zenke et al. 2017, section 4.2: xi
    [InlineData("si", "clamp", "importance")] // the authors' code
    [InlineData("mas", "update", "accumulate")] // Aljundi et al. 2018, section 4
    [InlineData("rwalk", "decay", 0.9)] // Chaudhry et al. 2018, section 4.1
    [InlineData("rwalk", "every", 10)]
    [InlineData("gem", "margin", 0.5)] // Lopez-Paz and Ranzato 2017, code of the tables: memory strength
    [InlineData("gem", "ridge", 1e-3)]
    [InlineData("gem", "memory.samples", 5120)] // 256 for each of 20 tasks
    [InlineData("agem", "memory.perClass", 25)] // Chaudhry et al. 2019, arXiv 1812.00420, section 6
    [InlineData("agem", "reference", 256)]
    [InlineData("replay", "mode", "weighted")] // van de Ven et al. 2022
    [InlineData("slda", "shrinkage", 1e-4)] // Hayes and Kanan 2020
    [InlineData("fecam", "power", 0.5)] // Goswami et al. 2023: Tukey's lambda
    [InlineData("fecam", "varianceShrinkage", 1)]
    [InlineData("fecam", "covarianceShrinkage", 1)]
    [InlineData("gdumb", "learningRate", 0.05)] // Prabhu et al. 2020
    [InlineData("gdumb", "leastRate", 0.0005)]
    [InlineData("gdumb", "batch", 16)]
    [InlineData("icarl", "temperature", 1)] // Rebuffi et al. 2017: sigmoid of the logits themselves
    [InlineData("lwf", "temperature", 2)] // Li and Hoiem 2016, section 3
    [InlineData("lwf", "lambda", 1)]
    [InlineData("dgr", "temperature", 2)] // van de Ven and Tolias 2019
    [InlineData("dgr", "latent", 100)]
    [InlineData("dgr", "hidden", "[400,400]")]
    [InlineData("progressive", "lateral", "adapter")] // Rusu et al. 2016, Eq. 2
    [InlineData("expert-gate", "code", 100)] // Aljundi et al. 2017, section 4
    [InlineData("expert-gate", "temperature", 2)]
    [InlineData("expert-gate", "threshold", 0.85)]
    [InlineData("expert-gate", "gateWeightDecay", 5e-4)]
    [InlineData("expert-gate", "gateLearningRate", 1e-2)]
    [InlineData("expert-gate", "distillationTemperature", 2)]
    public void The_usual_setting_is_the_published_one(string id, string path, object expected)
    {
        object defaults = EveryMethodTests.Entry(id).Settings.Create();

        string? actual = path.Split('.').Aggregate((System.Text.Json.Nodes.JsonNode?)Settings.ToJson(defaults), (node, name) => node![name])?.ToJsonString().Trim('"');

        Assert.Equal(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{expected}"), actual);
    }
}
