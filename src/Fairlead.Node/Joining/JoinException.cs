namespace Fairlead.Node.Joining;

/// <summary>A machine can't join; the message says why and what to do, in sentences.</summary>
public sealed class JoinException(string message, Exception? cause = null) : Exception(message, cause);
