namespace Fairlead.Api.Selectors;

/// <summary>A label or field selector that can't be read: the server answers BadRequest with this message.</summary>
public sealed class SelectorException(string message) : Exception(message);
