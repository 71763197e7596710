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

    public WorkQueue<ObjectKey> NewQueue() => new(Time);
}
