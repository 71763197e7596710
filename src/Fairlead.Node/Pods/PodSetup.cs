using Fairlead.Api.Core.V1;
using Fairlead.Node.Configs;
using Fairlead.Node.Cri;
using Container = Fairlead.Api.Core.V1.Container;

namespace Fairlead.Node.Pods;

/// <summary>
/// What a Pod's containers need before they start, all made at once: the sandbox, the volumes, the first images. The
/// sandbox takes longest by far, so the rest costs no time.
/// </summary>
sealed class PodSetup(NodeContext node)
{
    /// <summary>The sandbox's config; the same for every container of one sandbox.</summary>
    public PodSandboxConfig Config(Pod pod, uint attempt)
    {
        var dns = DnsConfigs.Of(pod, node.Options, NodeResolvConf());
        return SandboxConfigs.Of(pod, attempt, node.Cgroups.PathOf(pod), node.Paths.Logs(pod), dns);
    }

    /// <returns>The sandbox with its addresses.</returns>
    public async Task<SeenSandbox> CreateSandboxAsync(Pod pod, uint attempt, CancellationToken cancellation)
    {
        node.Cgroups.Create(pod);
        Directory.CreateDirectory(node.Paths.Logs(pod));
        var config = Config(pod, attempt);
        string id;
        try { id = await node.Runtime.RunPodSandboxAsync(config, Handler(pod), cancellation).ConfigureAwait(false); }
        catch (CriException e)
        {
            node.Events.Record(pod, "Warning", "FailedCreatePodSandBox", $"Failed to create pod sandbox: {e.Status}");
            throw;
        }
        var status = await node.Runtime.PodSandboxStatusAsync(id, cancellation).ConfigureAwait(false);
        IReadOnlyList<string> addresses = status.Network?.Ip is { Length: > 0 } ip ? [ip, .. status.Network.AdditionalIps.Select(a => a.Ip)] : [];
        return new(id, attempt, status.State == PodSandboxState.SandboxReady, DateTimeOffset.UnixEpoch.AddTicks(status.CreatedAt / 100), addresses);
    }

    /// <summary>The images of these containers; each answer is awaited when its container starts.</summary>
    public IReadOnlyDictionary<string, Task<Image>> Images(Pod pod, IEnumerable<Container> containers, CancellationToken cancellation) =>
        containers.ToDictionary(c => c.Name, c =>
        {
            var image = node.Images.EnsureAsync(pod, c, cancellation);
            // Looked at when its turn comes; a start that ends early must not leave an unobserved failure.
            _ = image.ContinueWith(t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return image;
        }, StringComparer.Ordinal);

    string Handler(Pod pod) => pod.Spec?.RuntimeClassName is { Length: > 0 } handler ? handler : node.Options.RuntimeHandler;

    ResolvConf NodeResolvConf()
    {
        try { return ResolvConf.Parse(File.ReadAllText(node.Options.ResolvConf)); }
        catch (IOException) { return new([], [], []); }
    }
}
