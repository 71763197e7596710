using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Server;
using Fairlead.Server.Authentication;
using Fairlead.Server.Security;
using Fairlead.Store.Memory;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Fairlead.Node.Tests;

/// <summary>Gives the tests that share one <see cref="TestNode"/> their name.</summary>
[CollectionDefinition(nameof(TestNode))]
public sealed class TestNodeCollection : ICollectionFixture<TestNode>;

/// <summary>A kubelet with a containerd and an API server, started once for many tests. Everything it made goes with it.</summary>
public sealed class TestNode : IAsyncLifetime
{
    public const string Name = "n1";
    static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    Containerd containerd = null!;
    readonly CancellationTokenSource stop = new();
    readonly ECDsa tokenKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly List<string> log = [];
    X509Certificate2? certificate;
    ApiServer? server;
    Task kubelet = Task.CompletedTask;

    public KubeClient Client { get; private set; } = null!;

    /// <summary>Its own among those of one process, with the third byte of the range of its Pods.</summary>
    internal (string Name, int Net) Own { get; init; } = ("gaps", 78);

    /// <summary>As <see cref="Containerd.CleanUpTakes"/>.</summary>
    internal TimeSpan CleanUpTakes { get; init; }

    /// <summary>The kubelet's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>containerd's socket.</summary>
    public string RuntimeSocket => containerd.Socket;

    /// <summary>The folder that holds a Pod's state on the node.</summary>
    public string StateOf(Pod pod) => Path.Combine(containerd.Directory, "kubelet", "pods", pod.Metadata.Uid!);

    /// <summary>Where a Pod's logs are.</summary>
    public string LogsOf(Pod pod) => Path.Combine(containerd.Directory, "logs", $"{pod.Metadata.Namespace}_{pod.Metadata.Name}_{pod.Metadata.Uid}");

    /// <summary>The machine's kubectl, as administrator; skips the test where there is none.</summary>
    internal Kubectl Kubectl()
    {
        Assert.SkipUnless(Tests.Kubectl.Exists, "missing: kubectl");
        return new(containerd.Directory, server!.Port, certificate!);
    }

    /// <summary>A client of the API server, as administrator. The caller disposes it.</summary>
    public HttpClient Http() => new(new SocketsHttpHandler { SslOptions = new() { ClientCertificates = [certificate!], CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { certificate! } } } }) { BaseAddress = Address };

    /// <summary>The API server, as a Pod of the host's network reaches it.</summary>
    public Uri Address => new($"https://127.0.0.1:{server!.Port}");

    /// <summary>What signed the API server's certificate.</summary>
    public string AuthorityPem => certificate!.ExportCertificatePem();

    /// <summary>Parent of the cgroups of this node's Pods.</summary>
    public string CgroupRoot => $"/{Path.GetFileName(containerd.Directory)}";

    /// <summary>A new directory of the machine, open to every container.</summary>
    public string MakeDirectory(string name) => Directory.CreateDirectory(Path.Combine(containerd.Directory, "shared", name)).FullName;

    /// <summary>For the constructor of a test class: skips its tests where the node can't be.</summary>
    public static void SkipIfMissing() => Assert.SkipWhen(Containerd.Missing() is not null, $"missing: {Containerd.Missing()}");

    public async ValueTask InitializeAsync()
    {
        if (Containerd.Missing() is not null) return;
        containerd = new(Own.Name, Own.Net) { CleanUpTakes = CleanUpTakes };
        certificate = Certificate();
        var tokens = new ServiceAccountTokens(tokenKey, ServiceAccountTokens.DefaultIssuer, TimeProvider.System, null);
        server = new(new ApiServerOptions
        {
            Listen = new(IPAddress.Loopback, 0), Certificate = certificate, ClientAuthority = certificate, NodeClientCertificate = certificate, Store = new InMemoryStore(),
            Resources = BuiltInResources.All, TokenIssuer = tokens, Tokens = [tokens],
        });
        await server.StartAsync(default);
        Client = new(server.Transport(new UserInfo("admin", [UserInfo.MastersGroup])));
        await Client.CreateAsync(new ServiceAccount { Metadata = new() { Name = "default", Namespace = "default" } }, default);
        await containerd.StartAsync();
        var options = new KubeletOptions
        {
            NodeName = Name, NodeIps = [IPAddress.Loopback], ContainerRuntimeEndpoint = containerd.Socket, CgroupRoot = CgroupRoot, Port = 0,
            RootDirectory = Path.Combine(containerd.Directory, "kubelet"), PodLogsDirectory = Path.Combine(containerd.Directory, "logs"),
            ServingCertificate = () => certificate, ClientAuthority = certificate,
        };
        var services = new Informer<Service>(Client);
        _ = services.RunAsync(stop.Token);
        kubelet = new Kubelet(options, Client, services, Time, line => { lock (log) log.Add(line); }).RunAsync(stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await kubelet.ContinueWith(_ => { }, TaskScheduler.Default);
        if (server is not null)
        {
            await containerd.DisposeAsync();
            await server.DisposeAsync();
        }
        stop.Dispose();
        tokenKey.Dispose();
        certificate?.Dispose();
    }

    /// <summary>Creates a Pod of one container, "app", that runs the script; bound to the node.</summary>
    /// <param name="shared">A directory of the machine to be mounted at /shared; null for none.</param>
    public async Task<Pod> RunAsync(string name, string script, string? shared = null, Func<Container, Container>? container = null, Func<PodSpec, PodSpec>? spec = null)
    {
        var app = new Container { Name = "app", Image = Containerd.Image, ImagePullPolicy = "IfNotPresent", Command = ["sh", "-c", script] };
        if (shared is not null) app = app with { VolumeMounts = [new() { Name = "shared", MountPath = "/shared" }] };
        if (container is not null) app = container(app);
        var whole = new PodSpec
        {
            NodeName = Name, TerminationGracePeriodSeconds = 1, AutomountServiceAccountToken = false, Containers = [app],
            Volumes = shared is null ? null : [new() { Name = "shared", HostPath = new() { Path = shared } }],
        };
        return await Client.CreateAsync(new Pod { Metadata = new() { Name = name, Namespace = "default" }, Spec = spec?.Invoke(whole) ?? whole }, default);
    }

    /// <summary>The Pod, once the condition holds.</summary>
    public async Task<Pod> UntilAsync(string name, Func<Pod, bool> condition)
    {
        Pod? last = null;
        await HoldsAsync(async () => (last = await Client.FindAsync<Pod>("default", name, default)) is not null && condition(last),
            () => Encoding.UTF8.GetString(ApiJson.Write(last)));
        return last!;
    }

    /// <summary>The Pod, once its containers are ready.</summary>
    public Task<Pod> UntilReadyAsync(string name) => UntilAsync(name, p => p.Status?.ContainerStatuses is [{ Ready: true }]);

    /// <summary>Waits until the Pod is no more.</summary>
    public Task UntilGoneAsync(string name) =>
        HoldsAsync(async () => await Client.FindAsync<Pod>("default", name, default) is null, () => $"{name} is still there");

    /// <summary>Waits for an Event about the Pod.</summary>
    public Task UntilEventAsync(string pod, string reason, string message)
    {
        IEnumerable<string> events = [];
        return HoldsAsync(async () =>
        {
            var all = await Client.ListAsync<Event>("default", ListOptions.All, default);
            events = all.Items.Where(e => e.InvolvedObject?.Name == pod).Select(e => $"{e.Reason}: {e.Message}");
            return events.Contains($"{reason}: {message}");
        }, () => $"no \"{reason}: {message}\" in\n{string.Join('\n', events)}");
    }

    /// <summary>The bytes of a file, once it ends with a text.</summary>
    public async Task<string> UntilFileAsync(string path, string end)
    {
        var text = "";
        await HoldsAsync(async () => File.Exists(path) && (text = await File.ReadAllTextAsync(path)).EndsWith(end, StringComparison.Ordinal), () => $"{path}: {text}");
        return text;
    }

    /// <summary>Deletes the Pod at once.</summary>
    public async Task RemoveAsync(string name)
    {
        await Client.DeleteAsync<Pod>("default", name, new DeleteOptions { GracePeriodSeconds = 0 }, default);
        await UntilGoneAsync(name);
    }

    /// <summary>Waits until a condition holds; what it is told last is shown if it does not.</summary>
    public async Task HoldsAsync(Func<Task<bool>> condition, Func<string> last)
    {
        for (var began = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(10))
        {
            if (Stopwatch.GetElapsedTime(began) < AtMost) continue;
            lock (log) Assert.Fail($"{last()}\n{string.Join('\n', log)}");
        }
    }

    // Its own authority, good for the loopback address, and the administrator's.
    static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=admin, O=system:masters", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
