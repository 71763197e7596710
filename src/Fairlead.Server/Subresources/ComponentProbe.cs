namespace Fairlead.Server.Subresources;

/// <summary>A component of the control plane, as `kubectl get componentstatuses` shows it.</summary>
/// <param name="Name">Upstream's name: scheduler, controller-manager, etcd-0.</param>
/// <param name="Ask">What is wrong with it; null if nothing is. What it throws counts as wrong.</param>
public sealed record ComponentProbe(string Name, Func<CancellationToken, ValueTask<string?>> Ask);
