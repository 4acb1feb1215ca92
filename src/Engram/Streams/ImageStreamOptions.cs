using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Streams;

/// <summary>Settings that all image streams share.</summary>
public abstract record ImageStreamOptions : StreamOptions
{
    /// <summary>Background pixels added on each side.</summary>
    [Description("background pixels added on each side"), Range(0, 100)]
    public int Padding { get; init; }

    /// <summary>Subtracted from every pixel in the range 0 to 1.</summary>
    [Description("subtracted from every pixel (0 to 1)"), Range(-10.0, 10.0)]
    public double Mean { get; init; }

    /// <summary>Every pixel is divided by it afterwards.</summary>
    [Description("every pixel is divided by it afterwards"), Range(1e-6, 1e6)]
    public double Deviation { get; init; } = 1;

    /// <summary>Whether accuracy is measured on the training data, as some papers print it.</summary>
    [Description("measure accuracy on the training data in place of the test data")]
    public bool MeasureTraining { get; init; }
}
