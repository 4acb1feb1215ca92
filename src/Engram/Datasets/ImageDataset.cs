namespace Engram.Datasets;

/// <summary>A set of labelled images with its official split into training and test data.</summary>
/// <param name="Train">Images to learn from.</param>
/// <param name="Test">Images that only ever fill the accuracy matrix.</param>
/// <param name="ClassNames">One name per label.</param>
public sealed record ImageDataset(LabeledImages Train, LabeledImages Test, IReadOnlyList<string> ClassNames);
