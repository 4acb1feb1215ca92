namespace Engram.Datasets;

/// <summary>MNIST: 60,000 + 10,000 handwritten digits, the field's first test.</summary>
public static class Mnist
{
    /// <summary>The data set.</summary>
    public static IdxDataset Source { get; } = new(
        id: "mnist",
        summary: "60,000 + 10,000 handwritten digits, 28x28 grey, 10 classes",
        licence: "CC BY-SA 3.0",
        origin: "LeCun, Cortes, Burges (1998), http://yann.lecun.com/exdb/mnist/",
        address: new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        checksums: new()
        {
            TrainImages = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            TrainLabels = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            TestImages = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            TestLabels = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
        classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
}
