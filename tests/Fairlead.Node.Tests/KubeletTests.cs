using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Json;
using Fairlead.Server;
using Fairlead.Server.Authentication;
using Fairlead.Store.Memory;
using NodeObject = Fairlead.Api.Core.V1.Node;

namespace Fairlead.Node.Tests;

/// <summary>The kubelet with a real containerd, against the real API server in this process.</summary>
public sealed class KubeletTests : IAsyncLifetime
{
    static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    readonly Containerd containerd = new();
    CancellationTokenSource stop = new();
    Task running = Task.CompletedTask;
    readonly List<string> log = [];
    X509Certificate2 authority = null!, serving = null!, user = null!, admin = null!;
    ApiServer server = null!;
    KubeClient client = null!;
    KubeletOptions options = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Containerd.Missing() is not null, $"missing: {Containerd.Missing()}");
        (authority, serving, user, admin) = Certificates();
        server = new(new ApiServerOptions { Listen = new(IPAddress.Loopback, 0), Certificate = serving, ClientAuthority = authority, NodeClientCertificate = user, Store = new InMemoryStore(), Resources = BuiltInResources.All });
        await server.StartAsync(default);
        client = new(server.Transport(new UserInfo("admin", [UserInfo.MastersGroup])));
        await client.CreateAsync(new ServiceAccount { Metadata = new() { Name = "default", Namespace = "default" } }, default);
        await containerd.StartAsync();
        options = new()
        {
            NodeName = "n1", NodeIps = [IPAddress.Loopback], ContainerRuntimeEndpoint = containerd.Socket,
            RootDirectory = Path.Combine(containerd.Directory, "kubelet"), PodLogsDirectory = Path.Combine(containerd.Directory, "logs"),
            CgroupRoot = $"/{Path.GetFileName(containerd.Directory)}", ClusterDns = IPAddress.Parse("10.96.0.10"),
            Port = 0, ServingCertificate = () => serving, ClientAuthority = authority,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        // One that goes on would start anew what is taken down.
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        if (server is not null)
        {
            await containerd.DisposeAsync();
            await server.DisposeAsync();
        }
        stop.Dispose();
    }

    [Fact]
    public async Task RunsAPodThroughItsLife()
    {
        var kubelet = Run(stop.Token);
        var node = await UntilAsync<NodeObject>(null, "n1", n => n.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true);
        Assert.StartsWith("containerd://", node.Status!.NodeInfo!.ContainerRuntimeVersion);

        await client.CreateAsync(new ConfigMap { Metadata = new() { Name = "cm", Namespace = "default" }, Data = new Dictionary<string, string> { ["key"] = "value" } }, default);
        var began = Stopwatch.GetTimestamp();
        var life = PodOf("life", "echo started with $KEY; cat /cm/key; echo; exec sleep 100000");
        life = life with { Spec = life.Spec! with { Containers = [life.Spec.Containers[0] with { ReadinessProbe = new() { Exec = new() { Command = ["true"] }, TimeoutSeconds = 10 } }] } };
        await client.CreateAsync(life, default);
        var running = await UntilAsync<Pod>("default", "life", p => p.Status?.Phase == "Running" && Ready(p));
        TestContext.Current.SendDiagnosticMessage($"create to Running: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms");
        Assert.StartsWith("10.251.77.", running.Status!.PodIP);
        Assert.Equal("True", running.Status.Conditions!.Single(c => c.Type == "Ready").Status);
        Assert.StartsWith("containerd://", running.Status.ContainerStatuses![0].ContainerID);
        Assert.Equal("Burstable", running.Status.QosClass);

        var lines = "";
        for (var since = Stopwatch.GetTimestamp(); !lines.EndsWith("value\nvalue\n", StringComparison.Ordinal) && Stopwatch.GetElapsedTime(since) < AtMost;) lines = await KubeletAsync(node, "/containerLogs/default/life/app");
        Assert.Equal("started with value\nvalue\n", lines);
        Assert.Contains("HTTP/1.1 101", await UpgradeAsync(node, "/exec/default/life/app?command=id&output=1&error=1"));
        Assert.Equal("ok", await KubeletAsync(node, "/healthz"));

        // An agent that comes back finds the container and leaves it alone; so with containerd.
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kubelet);
        await containerd.KillAsync();
        await containerd.LaunchAsync();
        stop.Dispose();
        stop = new();
        kubelet = Run(stop.Token);
        await client.CreateAsync(PodOf("crash", "exit 3"), default);
        var crashed = await UntilAsync<Pod>("default", "crash", p => p.Status?.ContainerStatuses?[0].State?.Waiting?.Reason == "CrashLoopBackOff");
        Assert.Equal(3, crashed.Status!.ContainerStatuses![0].LastState!.Terminated!.ExitCode);
        Assert.Equal("Error", crashed.Status.ContainerStatuses[0].LastState!.Terminated!.Reason);
        var same = await client.GetAsync<Pod>("default", "life", default);
        Assert.Equal(running.Status.ContainerStatuses[0].ContainerID, same.Status!.ContainerStatuses![0].ContainerID);
        Assert.Equal(0, same.Status.ContainerStatuses[0].RestartCount);
        Assert.Equal(running.Status.Conditions!.Single(c => c.Type == "Ready"), same.Status.Conditions!.Single(c => c.Type == "Ready"));

        await client.DeleteAsync<Pod>("default", "life", new DeleteOptions { GracePeriodSeconds = 1 }, default);
        await GoneAsync("life");
        await client.DeleteAsync<Pod>("default", "crash", new DeleteOptions(), default);
        await GoneAsync("crash");
        var pods = Path.Combine(options.RootDirectory, "pods");
        await EmptyAsync(pods);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kubelet);
    }

    [Fact]
    public async Task FinishesWorkAndSaysHowItEnded()
    {
        var kubelet = Run(stop.Token);
        var done = PodOf("done", "echo -n bye > /dev/termination-log");
        await client.CreateAsync(done with { Spec = done.Spec! with { RestartPolicy = "Never", InitContainers = [new() { Name = "init", Image = Containerd.Image, Command = ["true"], ImagePullPolicy = "Never" }] } }, default);
        var ended = await UntilAsync<Pod>("default", "done", p => p.Status?.Phase is "Succeeded" or "Failed");
        Assert.Equal("Succeeded", ended.Status!.Phase);
        Assert.Equal("Completed", ended.Status.ContainerStatuses![0].State!.Terminated!.Reason);
        Assert.Equal("bye", ended.Status.ContainerStatuses[0].State!.Terminated!.Message);
        Assert.True(ended.Status.InitContainerStatuses![0].Ready);

        var missing = PodOf("missing", "true");
        await client.CreateAsync(missing with { Spec = missing.Spec! with { Containers = [missing.Spec.Containers[0] with { Image = "fairlead.local/none:1", ImagePullPolicy = "Never" }] } }, default);
        await UntilAsync<Pod>("default", "missing", p => p.Status?.ContainerStatuses?[0].State?.Waiting?.Reason == "ErrImageNeverPull");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kubelet);
    }

    [Fact]
    public async Task HonoursTheSpec()
    {
        var kubelet = Run(stop.Token);
        await client.CreateAsync(new ConfigMap { Metadata = new() { Name = "cm", Namespace = "default" }, Data = new Dictionary<string, string> { ["key"] = "one" } }, default);
        var pod = PodOf("spec", "id -u; id -g; hostname; cat /info/labels; echo; echo $IP; cat /sub; echo; echo $MEM; busybox grep alias /etc/hosts | busybox tail -1; ls -ld /ram | busybox cut -c1-10; cat /etc/resolv.conf; until [ \"$(cat /cm/key)\" = two ]; do sleep 0.05; done; echo changed; exec sleep 100000");
        var app = pod.Spec!.Containers[0];
        pod = pod with
        {
            Metadata = pod.Metadata with { Labels = new Dictionary<string, string> { ["a"] = "b" } },
            Spec = pod.Spec with
            {
                SecurityContext = new() { RunAsUser = 1000, RunAsGroup = 2000, FsGroup = 3000 }, Hostname = "named",
                HostAliases = [new() { Ip = "10.9.9.9", Hostnames = ["alias"] }],
                Volumes = [.. pod.Spec.Volumes!, new() { Name = "ram", EmptyDir = new() { Medium = "Memory" } }, new() { Name = "info", DownwardAPI = new() { Items = [new() { Path = "labels", FieldRef = new() { FieldPath = "metadata.labels" } }] } }],
                Containers =
                [
                    app with
                    {
                        Env = [new() { Name = "IP", ValueFrom = new() { FieldRef = new() { FieldPath = "status.podIP" } } }, new() { Name = "MEM", ValueFrom = new() { ResourceFieldRef = new() { Resource = "limits.memory" } } }],
                        Resources = new() { Limits = new Dictionary<string, Quantity> { ["memory"] = Quantity.Parse("64Mi"), ["cpu"] = Quantity.Parse("500m") } },
                        VolumeMounts = [.. app.VolumeMounts!, new() { Name = "ram", MountPath = "/ram" }, new() { Name = "info", MountPath = "/info" }, new() { Name = "cm", MountPath = "/sub", SubPath = "key" }],
                        ReadinessProbe = new() { Exec = new() { Command = ["true"] }, PeriodSeconds = 1 },
                    },
                ],
            },
        };
        await client.CreateAsync(pod, default);
        var running = await UntilAsync<Pod>("default", "spec", p => p.Status?.Phase == "Running" && Ready(p));
        Assert.Equal("Guaranteed", running.Status!.QosClass);
        var memory = Path.Combine("/sys/fs/cgroup/memory", Path.GetFileName(containerd.Directory), "kubepods", "pod" + running.Metadata.Uid, "memory.limit_in_bytes");
        if (File.Exists(memory)) Assert.Equal("67108864", (await File.ReadAllTextAsync(memory)).Trim());
        var map = await client.GetAsync<ConfigMap>("default", "cm", default);
        await client.UpdateAsync(map with { Data = new Dictionary<string, string> { ["key"] = "two" } }, default);
        var node = await client.GetAsync<NodeObject>(null, "n1", default);
        var lines = "";
        for (var i = 0; i < 500 && !lines.Contains("changed"); i++, await Task.Delay(10)) lines = await KubeletAsync(node, "/containerLogs/default/spec/app");
        Assert.Equal($"""
            1000
            2000
            named
            a="b"
            {running.Status.PodIP}
            one
            67108864
            10.9.9.9	alias
            drwxrwsrwx
            search default.svc.cluster.local svc.cluster.local cluster.local
            nameserver 10.96.0.10
            options ndots:5
            changed

            """, string.Join('\n', lines.Split('\n').Select(l => l.StartsWith("search", StringComparison.Ordinal) ? string.Join(' ', l.Split(' ').Take(4)) : l)));
        await client.DeleteAsync<Pod>("default", "spec", new DeleteOptions { GracePeriodSeconds = 0 }, default);
        var pods = Path.Combine(options.RootDirectory, "pods");
        await EmptyAsync(pods);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kubelet);
    }

    [Fact]
    public async Task ProbesRestartAndSidecarsStay()
    {
        var kubelet = Run(stop.Token);
        var pod = PodOf("probed", "exec httpd -f -p 8080 -h /tmp");
        var app = pod.Spec!.Containers[0];
        pod = pod with
        {
            Spec = pod.Spec with
            {
                InitContainers = [app with { Name = "side", RestartPolicy = "Always", Command = ["sleep", "100000"] }],
                Containers =
                [
                    app with
                    {
                        ReadinessProbe = new() { TcpSocket = new() { Port = 8080 }, PeriodSeconds = 1 },
                        LivenessProbe = new() { HttpGet = new() { Path = "/none", Port = 8080 }, PeriodSeconds = 1, FailureThreshold = 2 },
                    },
                ],
            },
        };
        await client.CreateAsync(pod, default);
        await UntilAsync<Pod>("default", "probed", Ready);
        var restarted = await UntilAsync<Pod>("default", "probed", p => p.Status?.ContainerStatuses?[0].RestartCount == 1);
        Assert.Equal(0, restarted.Status!.InitContainerStatuses![0].RestartCount);
        Assert.True(restarted.Status.InitContainerStatuses[0].Started);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kubelet);
        var events = await client.ListAsync<Event>("default", ListOptions.All, default);
        Assert.Contains(events.Items, e => e.Reason == "Unhealthy" && e.Message == "Liveness probe failed: HTTP probe failed with statuscode: 404");
        Assert.Contains(events.Items, e => e.Reason == "Killing" && e.Message == "Container app failed liveness probe, will be restarted");
    }

    [Fact]
    public async Task KubectlReachesContainers()
    {
        var kubectl = new Kubectl(containerd.Directory, server.Port, admin);
        Assert.SkipUnless(Kubectl.Exists, "missing: kubectl");
        var kubelet = Run(stop.Token);
        await client.CreateAsync(PodOf("web", "echo hello > /tmp/index.html; echo up; exec httpd -f -p 8080 -h /tmp"), default);
        await UntilAsync<Pod>("default", "web", p => p.Status?.Phase == "Running" && Ready(p));
        Assert.Equal((0, "hi\n"), await kubectl.RunAsync("", "exec", "web", "--", "echo", "hi"));
        Assert.Equal((0, "data"), await kubectl.RunAsync("data", "exec", "-i", "web", "--", "cat"));
        Assert.Equal(7, (await kubectl.RunAsync("", "exec", "web", "--", "sh", "-c", "exit 7")).Code);
        Assert.Equal((0, "up\n"), await kubectl.RunAsync("", "logs", "web"));
        Assert.Equal("hello\n", await kubectl.ForwardAsync("web", 8080));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kubelet);
    }

    Task Run(CancellationToken cancellation)
    {
        var services = new Informer<Service>(client);
        _ = services.RunAsync(cancellation);
        return running = new Kubelet(options, client, services, TimeProvider.System, line => { lock (log) log.Add(line); }).RunAsync(cancellation);
    }

    static Pod PodOf(string name, string script) => new()
    {
        Metadata = new() { Name = name, Namespace = "default" },
        Spec = new()
        {
            NodeName = "n1", TerminationGracePeriodSeconds = 1, AutomountServiceAccountToken = false,
            Volumes = [new() { Name = "cm", ConfigMap = new() { Name = "cm", Optional = true } }, new() { Name = "scratch", EmptyDir = new() }],
            Containers =
            [
                new()
                {
                    Name = "app", Image = Containerd.Image, ImagePullPolicy = "IfNotPresent", Command = ["sh", "-c", script],
                    Env = [new() { Name = "KEY", ValueFrom = new() { ConfigMapKeyRef = new() { Name = "cm", Key = "key", Optional = true } } }],
                    VolumeMounts = [new() { Name = "cm", MountPath = "/cm" }, new() { Name = "scratch", MountPath = "/scratch" }],
                    Resources = new() { Requests = new Dictionary<string, Quantity> { ["cpu"] = Quantity.Parse("50m") } },
                },
            ],
        },
    };

    static bool Ready(Pod pod) => pod.Status?.ContainerStatuses?.All(c => c.Ready) == true;

    async Task<T> UntilAsync<T>(string? ns, string name, Func<T, bool> condition) where T : KubeObject
    {
        var began = Stopwatch.GetTimestamp();
        T? last = null;
        while (Stopwatch.GetElapsedTime(began) < AtMost)
        {
            last = await client.FindAsync<T>(ns, name, default);
            if (last is not null && condition(last)) return last;
            await Task.Delay(5);
        }
        lock (log) Assert.Fail($"{name}: {Encoding.UTF8.GetString(Fairlead.Api.Json.ApiJson.Write(last))}\n{string.Join('\n', log)}");
        return null!;
    }

    async Task GoneAsync(string name)
    {
        var began = Stopwatch.GetTimestamp();
        while (await client.FindAsync<Pod>("default", name, default) is not null)
        {
            if (Stopwatch.GetElapsedTime(began) > AtMost) lock (log) Assert.Fail($"{name} is still there\n{string.Join('\n', log)}");
            await Task.Delay(5);
        }
    }

    // What a Pod leaves is taken away after it is gone from the API.
    static async Task EmptyAsync(string directory)
    {
        for (var began = Stopwatch.GetTimestamp(); Directory.GetDirectories(directory).Length > 0 && Stopwatch.GetElapsedTime(began) < AtMost;) await Task.Delay(10);
        Assert.Empty(Directory.GetDirectories(directory));
    }

    async Task<string> KubeletAsync(NodeObject node, string path)
    {
#pragma warning disable CA5359
        using var handler = new SocketsHttpHandler { SslOptions = new() { ClientCertificates = [user], RemoteCertificateValidationCallback = (_, _, _, _) => true } };
#pragma warning restore CA5359
        using var http = new HttpClient(handler);
        return await http.GetStringAsync($"https://127.0.0.1:{node.Status!.DaemonEndpoints!.KubeletEndpoint!.Port}{path}");
    }

    // The first bytes that answer an upgrade to SPDY.
    async Task<string> UpgradeAsync(NodeObject node, string path)
    {
        using var tcp = new TcpClient("127.0.0.1", node.Status!.DaemonEndpoints!.KubeletEndpoint!.Port);
#pragma warning disable CA5359
        await using var tls = new SslStream(tcp.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "n1", ClientCertificates = [user] });
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: n1\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\nContent-Length: 0\r\n\r\n"));
        var bytes = new byte[1024];
        var read = await tls.ReadAsync(bytes).AsTask().WaitAsync(AtMost);
        return Encoding.ASCII.GetString(bytes, 0, read);
    }

    static (X509Certificate2, X509Certificate2, X509Certificate2, X509Certificate2) Certificates()
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var ca = request.CreateSelfSigned(from, to);
        return (ca, Issue("n1", "1.3.6.1.5.5.7.3.1", 1), Issue("apiserver", "1.3.6.1.5.5.7.3.2", 2), Issue("admin, O=system:masters", "1.3.6.1.5.5.7.3.2", 3));

        X509Certificate2 Issue(string name, string usage, byte serial)
        {
            using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var wanted = new CertificateRequest($"CN={name}", own, HashAlgorithmName.SHA256);
            wanted.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
            return X509CertificateLoader.LoadPkcs12(wanted.Create(ca, from, to, [serial]).CopyWithPrivateKey(own).Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
        }
    }
}
