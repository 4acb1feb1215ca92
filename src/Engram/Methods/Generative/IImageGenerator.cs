using static TorchSharp.torch;

namespace Engram.Methods.Generative;

/// <summary>Learns to draw images like those it is shown; pixels are in the range 0 to 1.</summary>
public interface IImageGenerator : IDisposable
{
    /// <summary>Length of the vector z that an image is drawn from.</summary>
    int Latent { get; }

    /// <summary>All its flat parameter vectors.</summary>
    IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>Draws an image for each z.</summary>
    /// <param name="latent">Standard normal numbers, [batch, latent].</param>
    /// <returns>Pixels between 0 and 1, [batch, pixels].</returns>
    Tensor Draw(Tensor latent);

    /// <summary>One step of learning.</summary>
    /// <param name="inputs">Images, [batch, pixels], 0 to 1.</param>
    /// <param name="weights">Weight of each image, [batch, 1]; 1/batch each is the mean.</param>
    /// <param name="random">Where this step's noise comes from.</param>
    void Step(Tensor inputs, Tensor weights, RandomSource random);

    /// <summary>Declares everything that must survive a stop.</summary>
    void Visit(StateBag state);
}
