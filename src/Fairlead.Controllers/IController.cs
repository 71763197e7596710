using Fairlead.Client;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers;

/// <summary>
/// One controller: its constructor connects informers to its queue, and it reconciles one key at a time. A new one is a
/// folder and a line in <see cref="BuiltInControllers"/>.
/// </summary>
public interface IController : IReconciler
{
    /// <summary>As users of Kubernetes know it, such as deployment-controller.</summary>
    string Name { get; }

    WorkQueue<ObjectKey> Queue { get; }

    /// <summary>How many keys are reconciled at the same time.</summary>
    int Workers => 4;
}
