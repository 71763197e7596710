using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Events;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers;

/// <summary>What every controller is built from. The informers are shared; each controller makes its own queue.</summary>
public sealed record ControllerContext(
    KubeClient Client, InformerSet Informers, ControllersOptions Options, TimeProvider Time, EventRecorder Events, Action<string> Log)
{
    /// <summary>How long a controller waits for its copy to show its own write.</summary>
    public static readonly TimeSpan OwnWrites = TimeSpan.FromSeconds(5);

    /// <summary>The API as a ServiceAccount of kube-system; null: everything is done as the user of <see cref="Client"/>.</summary>
    public Func<string, KubeClient>? Accounts { get; init; }

    /// <summary>The context of a controller that acts as that ServiceAccount of kube-system, whose role says what it may do.</summary>
    public ControllerContext As(string account) => Accounts is { } accounts ? this with { Client = accounts(account) } : this;

    public WorkQueue<ObjectKey> NewQueue() => new(Time);
}
