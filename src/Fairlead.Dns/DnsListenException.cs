namespace Fairlead.Dns;

/// <summary>An address can't be listened on; the message says which and why.</summary>
public sealed class DnsListenException(string message, Exception inner) : Exception(message, inner);
