using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Client;

namespace Fairlead.Node.Pods;

/// <summary>Writes one Pod's status to the API when it differs from what stands there. One writer a Pod; not thread-safe.</summary>
sealed class PodStatusWriter(KubeClient client)
{
    const int Tries = 5;
    byte[] last = [];

    /// <summary>
    /// Writes the status over the newest object. What others write into the status (conditions that are not the
    /// kubelet's) is kept, because a write that met a newer object is made again upon it.
    /// </summary>
    /// <param name="build">The status as it is to be upon an object.</param>
    /// <returns>The object as written, or the one given when nothing had changed. Null when it is gone or another has its name.</returns>
    public async Task<Pod?> WriteAsync(Pod pod, Func<Pod, PodStatus> build, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var wanted = pod with { Status = build(pod) };
            var text = ApiJson.Write(wanted.Status!);
            if (text.AsSpan().SequenceEqual(last) || text.AsSpan().SequenceEqual(ApiJson.Write(pod.Status ?? new()))) return pod;
            try
            {
                var answer = await client.UpdateStatusAsync(wanted, cancellation).ConfigureAwait(false);
                last = text;
                return answer;
            }
            catch (ApiException e) when (e.IsConflict && attempt < Tries)
            {
                var newer = await client.FindAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, cancellation).ConfigureAwait(false);
                if (newer is null || newer.Metadata.Uid != pod.Metadata.Uid) return null;
                pod = newer;
            }
            catch (ApiException e) when (e.IsNotFound) { return null; }
        }
    }
}
