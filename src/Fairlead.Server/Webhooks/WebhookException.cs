namespace Fairlead.Server.Webhooks;

/// <summary>A webhook could not be asked, or what it said is no answer. Who asked decides what that means.</summary>
public sealed class WebhookException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True if it did not answer in time.</summary>
    public bool IsTimeout { get; init; }
}
