namespace Fairlead.Cel;

/// <summary>The only thing that reading or evaluating an expression throws.</summary>
/// <param name="message">What is wrong, in the words of cel-go where there are such.</param>
public sealed class CelException(string message) : Exception(message)
{
    /// <summary>The expression cost more than it may; no other part of it may make up for that.</summary>
    public bool IsCost { get; init; }
}
