namespace Fairlead.Client.Caching;

/// <summary>What starting and waiting needs of an informer, whatever its kind.</summary>
public interface IInformer
{
    /// <summary>Completes when the first list is complete.</summary>
    Task Synced { get; }

    /// <summary>Runs until cancelled.</summary>
    Task RunAsync(CancellationToken cancellation);
}
