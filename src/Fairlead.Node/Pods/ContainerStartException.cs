namespace Fairlead.Node.Pods;

/// <summary>A container that did not start: the waiting reason of its status, its message, and when to try again.</summary>
sealed class ContainerStartException(string reason, string message, TimeSpan again) : Exception(message)
{
    public string Reason => reason;
    public TimeSpan Again => again;
}
