using System.Net;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Client;
using Fairlead.Server;
using Fairlead.Server.Authentication;
using Fairlead.Server.Tests;
using Fairlead.Store.Memory;

namespace Fairlead.Controllers.Tests;

/// <summary>The real API server over an in-memory store, spoken to in process, and ways to await what it comes to hold.</summary>
public sealed class ApiUnderTest : IAsyncDisposable
{
    // What takes a tenth of a second on an idle machine can take long on one that does much else.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly ApiServer server;

    ApiUnderTest(Func<ApiServerOptions, ApiServerOptions> change) => server = new(change(new ApiServerOptions
    {
        Listen = new(IPAddress.Loopback, 0),
        Advertise = IPAddress.Parse("192.0.2.1"),
        Certificate = TestCertificates.Server(),
        ClientAuthority = TestCertificates.Authority,
        Store = new InMemoryStore(),
        Resources = BuiltInResources.All,
    }));

    public KubeClient Client => field ??= new(server.Transport(new UserInfo("admin", [UserInfo.MastersGroup, UserInfo.AuthenticatedGroup])));

    /// <summary>The API as someone whose roles say what he may do.</summary>
    public KubeClient As(UserInfo user) => new(server.Transport(user));

    /// <param name="change">Completes the options that the server starts with; null for nothing.</param>
    public static async Task<ApiUnderTest> StartAsync(Func<ApiServerOptions, ApiServerOptions>? change = null)
    {
        var api = new ApiUnderTest(change ?? (o => o));
        await api.server.StartAsync(CancellationToken.None);
        return api;
    }

    /// <summary>A namespace of its own for a test, with the service account that Pods need.</summary>
    public async Task<string> NamespaceAsync(string name)
    {
        var made = await Client.CreateAsync(new Namespace { Metadata = new ObjectMeta { GenerateName = name + "-" } }, default);
        await AccountAsync(made.Metadata.Name!);
        return made.Metadata.Name!;
    }

    public async Task AccountAsync(string ns)
    {
        try { await Client.CreateAsync(new ServiceAccount { Metadata = new ObjectMeta { Name = "default", Namespace = ns } }, default); }
        catch (ApiException e) when (e.IsAlreadyExists) { }
    }

    /// <summary>Follows the kind's objects until they meet the condition, and returns them.</summary>
    public async Task<IReadOnlyList<T>> UntilAsync<T>(string? ns, Func<IReadOnlyList<T>, bool> condition) where T : KubeObject
    {
        using var stop = new CancellationTokenSource(Patience);
        var list = await Client.ListAsync<T>(ns, ListOptions.All, stop.Token);
        var now = list.Items.ToDictionary(ObjectKey.Of);
        try
        {
            if (condition([.. now.Values])) return [.. now.Values];
            await foreach (var change in Client.WatchAsync<T>(ns, ListOptions.All with { ResourceVersion = list.Metadata.ResourceVersion }, stop.Token))
            {
                if (change.Type == WatchEventType.Bookmark) continue;
                if (change.Type == WatchEventType.Deleted) now.Remove(ObjectKey.Of(change.Object));
                else now[ObjectKey.Of(change.Object)] = change.Object;
                if (condition([.. now.Values])) return [.. now.Values];
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new TimeoutException($"the {KindOf<T>.Kind}s never met the condition: {string.Join("\n", now.Values)}");
        }
        throw new IOException($"the watch of {KindOf<T>.Kind}s ended");
    }

    /// <summary>Follows one object until it meets the condition.</summary>
    public async Task<T> UntilAsync<T>(string? ns, string name, Func<T, bool> condition) where T : KubeObject
    {
        var all = await UntilAsync<T>(ns, list => list.Any(o => o.Metadata.Name == name && condition(o)));
        return all.First(o => o.Metadata.Name == name);
    }

    /// <summary>Waits until there is no object of the name.</summary>
    public Task GoneAsync<T>(string? ns, string name) where T : KubeObject =>
        UntilAsync<T>(ns, all => all.All(o => o.Metadata.Name != name));

    /// <summary>Does what a kubelet would: the Pod runs, has an address and is ready, or not.</summary>
    public Task<Pod> ReportAsync(Pod pod, string ip, bool ready = true) => Client.UpdateStatusAsync(pod with
    {
        Metadata = pod.Metadata with { ResourceVersion = null },
        Status = new PodStatus
        {
            Phase = "Running",
            PodIP = ip,
            PodIPs = [new PodIP { Ip = ip }],
            Conditions = [new PodCondition { Type = "Ready", Status = ready ? "True" : "False", LastTransitionTime = DateTimeOffset.UtcNow.AddSeconds(-2) }],
        },
    }, default);

    public async ValueTask DisposeAsync() => await server.DisposeAsync();
}
