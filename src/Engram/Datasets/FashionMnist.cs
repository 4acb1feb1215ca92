namespace Engram.Datasets;

/// <summary>Fashion-MNIST: pieces of clothing in the layout of MNIST, but harder.</summary>
public static class FashionMnist
{
    /// <summary>The data set.</summary>
    public static IdxDataset Source { get; } = new(
        id: "fashion-mnist",
        summary: "60,000 + 10,000 pieces of clothing, 28x28 grey, 10 classes",
        licence: "MIT",
        origin: "Xiao, Rasul, Vollgraf, Zalando SE (2017), https://github.com/zalandoresearch/fashion-mnist",
        address: new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        checksums: new()
        {
            TrainImages = "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            TrainLabels = "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            TestImages = "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            TestLabels = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
        classNames: ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]);
}
