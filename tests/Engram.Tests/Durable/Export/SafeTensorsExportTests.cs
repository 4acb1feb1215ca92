using Engram.Durable.Export;
using Engram.Methods.ClosedForm;
using Engram.Networks;
using Engram.Tests.Datasets;
using Engram.Tests.Onnx;
using Engram.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Durable.Export;

public sealed class SafeTensorsExportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void The_numbers_of_a_network_answer_as_it_does()
    {
        using Predictor predictor = TwoLessons.Learn(network: new("mlp", new Mlp.Options { Hidden = [5] }));
        float[] sample = TwoLessons.Samples(1, 4, [6])[0];

        SafeTensorsExport.Write(predictor, folder["a.safetensors"]);

        var tensors = SafeTensors.Read(folder["a.safetensors"]).Tensors;
        Assert.Equal(["network.0.bias", "network.0.weight", "network.2.bias", "network.2.weight"], tensors.Keys.Order());
        Tensor hidden = (tensors["network.0.weight"].mv(tensor(sample)) + tensors["network.0.bias"]).relu();
        Tensor probabilities = (tensors["network.2.weight"].mv(hidden) + tensors["network.2.bias"]).softmax(0);
        Assert.Equal(0, predictor.Predict(sample).Values.Zip(probabilities.data<float>().ToArray()).Max(pair => Math.Abs(pair.First - pair.Second)), 1e-6);
    }

    [Fact]
    public void The_sums_of_a_closed_form_are_there_and_the_file_says_whose_they_are()
    {
        using Predictor predictor = TwoLessons.Learn(new("ncm", new NearestClassMean.Options()));

        SafeTensorsExport.Write(predictor, folder["a.safetensors"]);

        var content = SafeTensors.Read(folder["a.safetensors"]);
        var (tensors, values, header) = StateFile.Read(content, "a.safetensors", "an export");
        Assert.Equal(ScalarType.Float64, tensors["method.statistics.lesson0.sums"].dtype);
        Assert.Equal(6, tensors["method.statistics.lesson0.sums"].size(1));
        Assert.Equal(4, values["method.statistics.lesson0.classes"]!.AsArray().Count);
        Assert.Equal(TwoLessons.Classes, header["classes"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("ncm", header["config"]!["method"]!["id"]!.GetValue<string>());
        Assert.Equal(["lesson 1", "lesson 2"], header["lessons"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public void What_was_read_back_is_what_the_learner_has()
    {
        using Predictor predictor = TwoLessons.Learn(network: new("lstm", new Lstm.Options { Units = 3 }), shape: [2, 3]);
        Dictionary<string, float[]> expected = [];
        predictor.Show((tensors, _) => expected = tensors.ToDictionary(one => one.Key, one => one.Value.data<float>().ToArray()));

        SafeTensorsExport.Write(predictor, folder["a.safetensors"]);

        var found = SafeTensors.Read(folder["a.safetensors"]).Tensors;
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.Contains("network.0.lstm.weight_hh_l0", found.Keys);
        Assert.All(expected, one => Assert.Equal(one.Value, found[one.Key].data<float>().ToArray()));
    }

    [Fact]
    public void A_file_of_numbers_is_no_learner()
    {
        using Predictor predictor = TwoLessons.Learn();
        SafeTensorsExport.Write(predictor, folder["a.safetensors"]);

        EngramException refused = Assert.Throws<EngramException>(() => Learner.Load(folder["a.safetensors"]));

        Assert.Contains("The file is no learner's", refused.Message);
    }
}
