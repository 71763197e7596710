namespace Fairlead.Store;

/// <summary>
/// The store can't be opened or reached, or a write could not be made durable: disk full, damaged, in use by another
/// process, no member of etcd answers. The message says which, and what to do. Reads go on after a failed write.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? cause) : Exception(message, cause)
{
    /// <summary>No answer came in time: a write may have happened or not.</summary>
    public bool IsTimeout { get; init; }
}
