using Fairlead.Api.Errors;

namespace Fairlead.Client.Reconciling;

/// <summary>Takes keys from a queue and reconciles them, several at a time, each key by one worker.</summary>
/// <param name="name">For the log.</param>
/// <param name="log">Receives one line for each failure that is retried.</param>
public sealed class ReconcileLoop(string name, IReconciler reconciler, WorkQueue<ObjectKey> queue, Action<string> log)
{
    /// <summary>Runs so many workers until cancelled.</summary>
    public Task RunAsync(int workers, CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(cancellation), cancellation)));

    async Task WorkAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var key = await queue.TakeAsync(cancellation).ConfigureAwait(false);
            try
            {
                var again = await reconciler.ReconcileAsync(key, cancellation).ConfigureAwait(false);
                queue.Forget(key);
                if (again is { } delay) queue.AddAfter(key, delay);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { throw; }
#pragma warning disable CA1031 // A reconcile loop is one of the three places that catch everything: it retries with back-off.
            catch (Exception e)
#pragma warning restore CA1031
            {
                // A conflict only says that the copy was behind: the next try reads the newer object.
                if (e is not ApiException { IsConflict: true }) log($"{name}: {key}: {e.Message}");
                queue.AddAfterFailure(key);
            }
            finally
            {
                queue.Done(key);
            }
        }
    }
}
