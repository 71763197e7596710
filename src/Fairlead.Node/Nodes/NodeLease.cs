using Fairlead.Api.Coordination.V1;
using Fairlead.Api.Errors;
using Fairlead.Client;
using NodeObject = Fairlead.Api.Core.V1.Node;

namespace Fairlead.Node.Nodes;

/// <summary>The node's heart-beat: renews its Lease in kube-node-lease every 10 seconds, good for 40.</summary>
sealed class NodeLease(string nodeName, KubeClient client, TimeProvider time, Action<string> log)
{
    const string Namespace = "kube-node-lease";
    const int DurationSeconds = 40;
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10), AfterFailure = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        Lease? lease = null;
        while (true)
        {
            var pause = Interval;
            try
            {
                lease ??= await client.FindAsync<Lease>(Namespace, nodeName, cancellation).ConfigureAwait(false);
                lease = lease is null
                    ? await client.CreateAsync(await FreshAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false)
                    : await client.UpdateAsync(lease with { Spec = Spec() }, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ApiException or HttpRequestException or IOException)
            {
                // Someone else wrote it, it was deleted, or the server is away: read it anew.
                lease = null;
                pause = AfterFailure;
                if (e is not ApiException { IsConflict: true }) log($"lease of {nodeName}: {e.Message}");
            }
            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
        }
    }

    async Task<Lease> FreshAsync(CancellationToken cancellation)
    {
        var node = await client.FindAsync<NodeObject>(null, nodeName, cancellation).ConfigureAwait(false);
        return new()
        {
            Metadata = new()
            {
                Name = nodeName,
                Namespace = Namespace,
                OwnerReferences = node is null ? null : [new() { ApiVersion = "v1", Kind = "Node", Name = nodeName, Uid = node.Metadata.Uid! }],
            },
            Spec = Spec(),
        };
    }

    LeaseSpec Spec() => new() { HolderIdentity = nodeName, LeaseDurationSeconds = DurationSeconds, RenewTime = time.GetUtcNow() };
}
