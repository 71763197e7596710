using Fairlead.Api.Core.V1;
using Fairlead.Node.Cri;
using Fairlead.Node.Probes;
using Container = Fairlead.Api.Core.V1.Container;

namespace Fairlead.Node.Pods;

/// <summary>Runs postStart and preStop.</summary>
sealed class LifecycleHooks(CriRuntime runtime)
{
    /// <returns>What went wrong, or null.</returns>
    public async Task<string?> RunAsync(
        Pod pod, Container container, LifecycleHandler hook, string id, IReadOnlyList<string> addresses, TimeSpan atMost, CancellationToken cancellation)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(atMost);
        try
        {
            if (hook.Exec is { } exec)
            {
                var answer = await runtime.ExecSyncAsync(id, exec.Command ?? [], atMost, bounded.Token).ConfigureAwait(false);
                return answer.ExitCode == 0 ? null : $"command '{string.Join(' ', exec.Command ?? [])}' exited with {answer.ExitCode}: {answer.Stderr.ToStringUtf8()}";
            }
            if (hook.Sleep is { } sleep) await Task.Delay(TimeSpan.FromSeconds(sleep.Seconds), bounded.Token).ConfigureAwait(false);
            else if (hook.HttpGet is { } http) return (await NetworkProbes.HttpAsync(http, container, addresses, atMost, bounded.Token).ConfigureAwait(false)).Failure;
            return null;
        }
        catch (CriException e) { return e.Detail; }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return $"{PodRules.Key(pod)}: the hook did not end in time"; }
    }
}
