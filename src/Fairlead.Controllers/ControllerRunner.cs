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
    /// <param name="client">Reads what the controllers share; writes too, where they have no accounts.</param>
    /// <param name="accounts">The API as a ServiceAccount of kube-system; null: all act as the client's user.</param>
    public static async Task RunAsync(
        KubeClient client, Func<string, KubeClient>? accounts, ControllersOptions options, TimeProvider time, Action<string> log, CancellationToken cancellation)
    {
        var informers = new InformerSet(client, log);
        var events = new EventRecorder(client, time);
        var context = new ControllerContext(client, informers, options, time, events, log) { Accounts = accounts };
        var controllers = BuiltInControllers.All(context);
        var watching = informers.RunAsync(cancellation);
        await Task.WhenAny(watching, informers.Synced).ConfigureAwait(false);
        await Task.WhenAll([watching, events.RunAsync(cancellation), .. controllers.Select(c =>
            new ReconcileLoop(c.Name, c, c.Queue, log).RunAsync(c.Workers, cancellation))]).ConfigureAwait(false);
    }
}
