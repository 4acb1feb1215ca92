namespace Engram.Datasets;

/// <summary>CIFAR-10 and CIFAR-100 (Krizhevsky 2009, "Learning multiple layers of features from tiny images"): small colour photographs of things and animals.</summary>
public static class Cifar
{
    private static readonly Uri Address = new("https://www.cs.toronto.edu/~kriz/");

    /// <summary>Ten classes of 6,000 images.</summary>
    public static CifarDataset TenClasses { get; } = new(
        id: "cifar-10",
        summary: "50,000 + 10,000 photographs, 32x32 in colour, 10 classes",
        address: Address,
        form: new()
        {
            Archive = "cifar-10-binary.tar.gz", Md5 = "c32a1d4ab5d03f1284b67883e8d87530", Folder = "cifar-10-batches-bin",
            TrainFiles = [.. Enumerable.Range(1, 5).Select(batch => $"data_batch_{batch}.bin")], TestFile = "test_batch.bin", ImagesPerTrainFile = 10_000, TestImages = 10_000,
        },
        classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]);

    /// <summary>A hundred classes of 600 images. The labels are the fine ones; the twenty coarse ones are checked and left out.</summary>
    public static CifarDataset HundredClasses { get; } = new(
        id: "cifar-100",
        summary: "50,000 + 10,000 photographs, 32x32 in colour, 100 classes",
        address: Address,
        form: new()
        {
            Archive = "cifar-100-binary.tar.gz", Md5 = "03b5dce01913d631647c71ecec9e9cb8", Folder = "cifar-100-binary",
            TrainFiles = ["train.bin"], TestFile = "test.bin", ImagesPerTrainFile = 50_000, TestImages = 10_000, CoarseLabels = 20,
        },
        classNames:
        [
            "apple", "aquarium fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle",
            "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle",
            "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur",
            "dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard",
            "lamp", "lawn mower", "leopard", "lion", "lizard", "lobster", "man", "maple tree", "motorcycle", "mountain",
            "mouse", "mushroom", "oak tree", "orange", "orchid", "otter", "palm tree", "pear", "pickup truck", "pine tree",
            "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket",
            "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider",
            "squirrel", "streetcar", "sunflower", "sweet pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
            "train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow tree", "wolf", "woman", "worm",
        ]);
}
