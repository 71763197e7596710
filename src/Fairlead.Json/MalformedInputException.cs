namespace Fairlead.Json;

/// <summary>A body that is not the JSON or YAML it claims to be: the server answers BadRequest with this message.</summary>
/// <param name="message">What is wrong and where, for people.</param>
/// <param name="offset">Byte offset (JSON) or line (YAML) of the fault; -1 if it has none.</param>
public sealed class MalformedInputException(string message, long offset = -1) : Exception(message)
{
    public long Offset => offset;
}
