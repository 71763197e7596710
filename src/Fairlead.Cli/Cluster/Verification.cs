using System.Net;
using System.Net.Sockets;
using Fairlead.Cli.Certificates;
using Fairlead.Cli.Processes;
using Fairlead.Client;
using Fairlead.Client.Https;

namespace Fairlead.Cli.Cluster;

/// <summary>Waits until a started cluster is seen to work, and tells what was seen.</summary>
public sealed class Verification(ClusterLayout layout, Steps steps)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    const string KubernetesName = "kubernetes.default.svc.cluster.local";

    readonly List<string> findings = [];

    /// <summary>One line for each thing that was verified.</summary>
    public IReadOnlyList<string> Findings => findings;

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var credentials = new ClusterCredentials(layout);
        using var admin = credentials.Admin();
        using var api = credentials.Connect(admin);
        var server = (ClusterProcesses.Server, "The API server");
        await steps.RunAsync("API server", () => UntilAsync(
            ct => IsReadyAsync(api, ct), () => Silent("The API server", ClusterProcesses.Server), [server], cancellation)).ConfigureAwait(false);
        findings.Add($"the API server answers at {layout.Server.ToString().TrimEnd('/')}");
        foreach (var node in layout.Nodes)
        {
            await steps.RunAsync($"containerd on {node.Name}", () => UntilAsync(
                ct => AnswersAsync(node.ContainerdSocket, ct),
                () => Silent($"containerd on {node.Name}", ClusterProcesses.Containerd(node)), [Containerd(node)], cancellation)).ConfigureAwait(false);
        }
        var client = new KubeClient(api);
        foreach (var node in layout.Nodes)
        {
            await steps.RunAsync($"{node.Name} Ready", () => UntilAsync(
                ct => IsReadyAsync(client, node.Name, ct), () => Silent(node.Name, ClusterProcesses.Agent(node)), [server, Containerd(node), Agent(node)], cancellation)).ConfigureAwait(false);
        }
        findings.Add($"{string.Join(", ", layout.Nodes.Select(n => n.Name))} Ready");
        await VerifyNetworkAsync(cancellation).ConfigureAwait(false);
    }

    async Task VerifyNetworkAsync(CancellationToken cancellation)
    {
        var logs = $"see the agents' logs in {layout.LogFolder}, then run ./fairlead up again or ./fairlead down.";
        (string, string)[] agents = [.. layout.Nodes.Select(Agent)];
        await steps.RunAsync("DNS", () => UntilAsync(
            async ct => layout.KubernetesAddress.Equals(await NetworkProbe.ResolveAsync(layout.DnsAddress, KubernetesName, ct).ConfigureAwait(false)),
            () => $"DNS at {layout.DnsAddress} does not answer: {logs}", agents, cancellation)).ConfigureAwait(false);
        findings.Add($"DNS at {layout.DnsAddress} knows {KubernetesName}");
        var service = new IPEndPoint(layout.KubernetesAddress, 443);
        await steps.RunAsync("Service default/kubernetes", () => UntilAsync(
            ct => NetworkProbe.ConnectsAsync(service, ct), () => $"Service default/kubernetes at {service} is not reached: {logs}", agents, cancellation)).ConfigureAwait(false);
        findings.Add($"Service default/kubernetes is reached at {service}");
    }

    static (string, string) Containerd(NodeLayout node) => (ClusterProcesses.Containerd(node), $"containerd on {node.Name}");

    static (string, string) Agent(NodeLayout node) => (ClusterProcesses.Agent(node), $"The agent of {node.Name}");

    /// <summary>Waits until a condition holds, and no longer than those stay that it needs.</summary>
    async Task UntilAsync(Func<CancellationToken, Task<bool>> condition, Func<string> complaint, IReadOnlyList<(string Process, string What)> needed, CancellationToken cancellation)
    {
        var restarts = new RestartWatch(layout, needed);
        await Steps.UntilAsync(async ct =>
        {
            if (await condition(ct).ConfigureAwait(false)) return true;
            restarts.Require();
            return false;
        }, Patience, complaint, cancellation).ConfigureAwait(false);
    }

    string Silent(string what, string process)
    {
        var log = ClusterProcesses.LogOf(layout, process);
        return $"{what} does not answer within {Patience.TotalSeconds:F0} s; its log {log} ends with \"{LastLine(log)}\". Run ./fairlead doctor, then ./fairlead up again.";
    }

    // The log itself may be removed with all that was made.
    static string LastLine(string log)
    {
        try
        {
            return File.ReadLines(log).LastOrDefault(line => line.Length > 0) ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    static async Task<bool> IsReadyAsync(HttpsTransport api, CancellationToken cancellation)
    {
        try
        {
            return (await api.SendAsync(ApiRequest.Get("/readyz"), cancellation).ConfigureAwait(false)).StatusCode == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static async Task<bool> IsReadyAsync(KubeClient client, string name, CancellationToken cancellation)
    {
        var node = await client.FindAsync<Api.Core.V1.Node>(null, name, cancellation).ConfigureAwait(false);
        return node?.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;
    }

    static async Task<bool> AnswersAsync(string socketFile, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketFile), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
