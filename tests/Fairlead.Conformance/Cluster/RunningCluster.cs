using System.Collections.Concurrent;
using Fairlead.Client;
using Fairlead.Controllers;
using Fairlead.Scheduler;
using Fairlead.Server.Authentication;

[assembly: AssemblyFixture(typeof(Fairlead.Conformance.Cluster.RunningCluster))]

namespace Fairlead.Conformance.Cluster;

/// <summary>
/// A whole cluster but for containers: the API server on loopback HTTPS, every controller, the scheduler, and two hollow
/// nodes. All tests share it and keep to namespaces of their own.
/// </summary>
public sealed class RunningCluster : IAsyncLifetime
{
    readonly CancellationTokenSource stop = new();
    readonly ConcurrentQueue<string> log = new();
    readonly List<Task> running = [];
    PodScheduler scheduler = null!;

    public TestServer Server { get; } = new();

    /// <summary>The API as a component of the process has it.</summary>
    public KubeClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        Client = new KubeClient(Server.Api.Transport(new UserInfo("admin", [UserInfo.MastersGroup, UserInfo.AuthenticatedGroup])));
        scheduler = new PodScheduler(Client, TimeProvider.System, new Random(1), log.Enqueue);
        var options = new ControllersOptions { RootCertificate = TestCertificates.Authority.ExportCertificatePem(), NodeMonitorGracePeriod = TimeSpan.FromHours(1) };
        running.Add(Task.Run(() => ControllerRunner.RunAsync(Client, null, options, TimeProvider.System, log.Enqueue, stop.Token)));
        running.Add(Task.Run(() => scheduler.RunAsync(stop.Token)));
        var nodes = new HollowNodes(Client);
        await nodes.RegisterAsync(stop.Token);
        running.Add(Task.Run(() => nodes.RunAsync(stop.Token)));
    }

    /// <summary>Objects of a resource in a namespace, or of one that has none.</summary>
    public Resource Resource(string apiVersion, string plural, string? ns = null) => new(Server, apiVersion, plural, ns);

    /// <summary>A namespace of a test's own, with its service account.</summary>
    public Task<string> NamespaceAsync(string name) => Server.NamespaceAsync(name);

    /// <summary>Lists the running test as not yet if the server does not serve the resource.</summary>
    public async Task RequireAsync(string apiVersion, string resource)
    {
        var served = await Server.GetAsync(apiVersion.Contains('/') ? $"/apis/{apiVersion}" : $"/api/{apiVersion}");
        var names = served.Json["resources"]?.AsArray().Select(r => (string?)r!["name"]) ?? [];
        Document.Skip.Unless(served.Code == 200 && names.Contains(resource), $"{apiVersion} {resource} is not served");
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (var task in running) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(TimeSpan.FromSeconds(10)));
        scheduler.Dispose();
        await Server.DisposeAsync();
        stop.Dispose();
    }
}
