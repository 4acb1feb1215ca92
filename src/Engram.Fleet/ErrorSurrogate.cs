namespace Engram.Fleet;

/// <summary>An <see cref="EngramException"/> on its way to another process, with its code.</summary>
[GenerateSerializer, Immutable, Alias("engram.error")]
internal struct ErrorSurrogate
{
    [Id(0)] public bool IsInput;
    [Id(1)] public string Code;
    [Id(2)] public string Message;
}

/// <summary>Makes the one of the other; the cause stays where it was.</summary>
[RegisterConverter]
internal sealed class ErrorConverter : IConverter<EngramException, ErrorSurrogate>
{
    /// <inheritdoc/>
    public EngramException ConvertFromSurrogate(in ErrorSurrogate surrogate) => new(surrogate.IsInput ? ErrorKind.Input : ErrorKind.Failure, surrogate.Code, surrogate.Message);

    /// <inheritdoc/>
    public ErrorSurrogate ConvertToSurrogate(in EngramException value) => new() { IsInput = value.Kind == ErrorKind.Input, Code = value.Code, Message = value.Message };
}
