using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Events;
using Fairlead.Client.Reconciling;

namespace Fairlead.Controllers;

/// <summary>
/// Runs all controllers: informers first, then, when every copy is complete, the reconcile loops.
/// </summary>
/// <remarks>
/// <code>
/// API watch ─▶ Informer (one a kind) ─▶ handlers ─▶ WorkQueue (one a controller) ─▶ ReconcileAsync ─▶ API writes
/// </code>
/// </remarks>
public static class ControllerRunner
{
    /// <summary>Runs until cancelled.</summary>
    public static async Task RunAsync(
        KubeClient client, ControllersOptions options, TimeProvider time, Action<string> log, CancellationToken cancellation)
    {
        var informers = new InformerSet(client);
        var events = new EventRecorder(client, time);
        var context = new ControllerContext(client, informers, options, time, events, log);
        var controllers = BuiltInControllers.All(context);
        var watching = informers.RunAsync(cancellation);
        await Task.WhenAny(watching, informers.Synced).ConfigureAwait(false);
        await Task.WhenAll([watching, events.RunAsync(cancellation), .. controllers.Select(c =>
            new ReconcileLoop(c.Name, c, c.Queue, log).RunAsync(c.Workers, cancellation))]).ConfigureAwait(false);
    }
}
