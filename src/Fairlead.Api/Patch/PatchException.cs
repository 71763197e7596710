namespace Fairlead.Api.Patch;

/// <summary>
/// A patch that can't be applied. <see cref="Code"/> is the HTTP status it calls for: 400 when the patch itself is
/// malformed, 413 when it is too large, 422 when it does not fit the object.
/// </summary>
public sealed class PatchException(int code, string message) : Exception(message)
{
    public int Code => code;

    internal static PatchException Malformed(string message) => new(400, message);

    internal static PatchException TooLarge(string message) => new(413, message);

    internal static PatchException DoesNotFit(string message) => new(422, message);
}
