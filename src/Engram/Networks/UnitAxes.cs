namespace Engram.Networks;

/// <summary>Where the units of hidden layers lie in one piece of the parameters, read as a matrix whose rows are its first dimension.</summary>
/// <param name="RowLayer">Index of the layer whose units the rows are, from 0; for the output layer the number of hidden layers.</param>
/// <param name="Gates">How many rows a unit has, each in a block of all units: 1, or the gates of a recurrent layer.</param>
/// <param name="ColumnLayer">Index of the layer whose units the columns come from, each with as many neighbouring columns; -1 for the network's inputs, and for a bias.</param>
public readonly record struct UnitAxes(int RowLayer, int Gates, int ColumnLayer);
