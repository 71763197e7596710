using System.Text;
using Fairlead.Node.Configs;
using Fairlead.Node.Cri;
using Fairlead.Node.Logs;

namespace Fairlead.Node.Pods;

/// <summary>Asks the runtime what it has of a Pod.</summary>
sealed class PodObserver(CriRuntime runtime, PodPaths paths)
{
    const int LongestMessage = 4096, LongestLogTail = 2048;

    public async Task<PodObservation> ObserveAsync(string uid, CancellationToken cancellation)
    {
        var labels = new Dictionary<string, string> { [PodLabels.PodUid] = uid };
        var sandboxes = runtime.ListPodSandboxesAsync(labels, cancellation);
        var containers = runtime.ListContainersAsync(labels, cancellation);
        var seenSandboxes = await Task.WhenAll((await sandboxes.ConfigureAwait(false)).Select(s => SandboxAsync(s, cancellation))).ConfigureAwait(false);
        var seen = await Task.WhenAll((await containers.ConfigureAwait(false)).Select(c => ContainerAsync(uid, c, cancellation))).ConfigureAwait(false);
        return new(
            [.. seenSandboxes.OrderByDescending(s => s.Attempt).ThenByDescending(s => s.CreatedAt)],
            [.. seen.OfType<SeenContainer>().OrderByDescending(c => c.RestartCount).ThenByDescending(c => c.CreatedAt)]);
    }

    async Task<SeenSandbox> SandboxAsync(PodSandbox sandbox, CancellationToken cancellation)
    {
        IReadOnlyList<string> addresses = [];
        if (sandbox.State == PodSandboxState.SandboxReady)
        {
            try
            {
                var network = (await runtime.PodSandboxStatusAsync(sandbox.Id, cancellation).ConfigureAwait(false)).Network;
                if (network?.Ip is { Length: > 0 } ip) addresses = [ip, .. network.AdditionalIps.Select(a => a.Ip)];
            }
            catch (CriException e) when (e.IsNotFound) { }
        }
        return new(sandbox.Id, sandbox.Metadata.Attempt, sandbox.State == PodSandboxState.SandboxReady, Time(sandbox.CreatedAt) ?? default, addresses);
    }

    async Task<SeenContainer?> ContainerAsync(string uid, Container listed, CancellationToken cancellation)
    {
        if (await runtime.ContainerStatusAsync(listed.Id, cancellation).ConfigureAwait(false) is not { } status) return null;
        var seen = new SeenContainer
        {
            Id = status.Id,
            Name = status.Metadata.Name,
            SandboxId = listed.PodSandboxId,
            State = status.State switch
            {
                ContainerState.ContainerCreated => SeenState.Created,
                ContainerState.ContainerRunning => SeenState.Running,
                ContainerState.ContainerExited => SeenState.Exited,
                _ => SeenState.Unknown,
            },
            RestartCount = (int)status.Metadata.Attempt,
            Hash = status.Annotations.TryGetValue(PodLabels.Hash, out var hash) ? hash : "",
            CreatedAt = Time(status.CreatedAt) ?? default,
            StartedAt = Time(status.StartedAt),
            FinishedAt = Time(status.FinishedAt),
            ExitCode = status.ExitCode,
            Reason = status.Reason,
            Message = status.Message,
            Image = status.Image?.Image ?? "",
            ImageId = status.ImageRef,
            LogPath = status.LogPath,
        };
        return seen.State == SeenState.Exited ? seen with { Message = TerminationMessage(uid, seen, status) } : seen;
    }

    // The file that the container wrote, or the end of its log when the policy says so and it failed without a message.
    string TerminationMessage(string uid, SeenContainer seen, ContainerStatus status)
    {
        var text = ReadEnd(paths.TerminationMessage(uid, seen.Name, seen.RestartCount), LongestMessage);
        if (text.Length > 0) return text;
        var policy = status.Annotations.TryGetValue(PodLabels.TerminationMessagePolicy, out var p) ? p : "File";
        if (policy == "FallbackToLogsOnError" && seen.ExitCode != 0)
        {
            var log = ReadEnd(seen.LogPath, LongestLogTail * 2);
            var content = new StringBuilder();
            foreach (var line in log.Split('\n'))
                if (CriLogLine.TryRead(Encoding.UTF8.GetBytes(line), out var read)) content.Append(Encoding.UTF8.GetString(read.Content)).Append(read.IsPartial ? "" : "\n");
            if (content.Length > LongestLogTail) content.Remove(0, content.Length - LongestLogTail);
            return content.ToString();
        }
        return seen.Message;
    }

    static string ReadEnd(string path, int most)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > most) file.Position = file.Length - most;
            var bytes = new byte[most];
            return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, most, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException) { return ""; }
    }

    static DateTimeOffset? Time(long unixNano) => unixNano > 0 ? DateTimeOffset.UnixEpoch.AddTicks(unixNano / 100) : null;
}
