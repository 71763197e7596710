namespace Fairlead.Client.Reconciling;

/// <summary>
/// Brings the world nearer to what an object wishes. Level-triggered: it is told which object, never what happened, and
/// reads the present state itself.
/// </summary>
public interface IReconciler
{
    /// <returns>When to be called again without a change; null for not.</returns>
    Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellation);
}
