using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Controllers.Tests.Cluster;

public class LoadBalancerTests : IAsyncLifetime
{
    readonly RunningControllers running = new();
    ApiUnderTest Api => running.Api;

    public ValueTask InitializeAsync() => running.InitializeAsync();
    public ValueTask DisposeAsync() => running.DisposeAsync();

    static ConfigMap Pools(string text) =>
        new() { Metadata = new ObjectMeta { Name = "load-balancer-pools", Namespace = "kube-system" }, Data = new Dictionary<string, string> { ["pools.yaml"] = text } };

    Task<Service> BalancerAsync(string ns, string name, string? @class = null, string? asked = null) => Api.Client.CreateAsync(new Service
    {
        Metadata = new ObjectMeta { Name = name, Namespace = ns },
        Spec = new ServiceSpec { Type = "LoadBalancer", LoadBalancerClass = @class, LoadBalancerIP = asked, Ports = [new ServicePort { Port = 80 }] },
    }, default);

    static string? Ip(Service service) => service.Status?.LoadBalancer?.Ingress is [{ IpMode: "VIP" } one] ? one.Ip : null;

    [Fact]
    public async Task Addresses_are_given_kept_and_given_back()
    {
        var ns = await Api.NamespaceAsync("lb");
        // Without pools there is nothing to give, and that is said.
        await BalancerAsync(ns, "a");
        await Api.UntilAsync<Event>(ns, all => all.Any(e => e is { Reason: "AllocationFailed", Type: "Warning", InvolvedObject.Name: "a", Message: "Failed to allocate an address: no pool has IPv4 addresses" }));
        await Api.Client.CreateAsync(Pools("- {name: p, addresses: [192.0.2.10-192.0.2.11]}"), default);
        await Api.UntilAsync<Service>(ns, "a", s => Ip(s) == "192.0.2.10");
        await BalancerAsync(ns, "other", "example.com/cloud");
        await BalancerAsync(ns, "b", "fairlead.io/announce");
        await Api.UntilAsync<Service>(ns, "b", s => Ip(s) == "192.0.2.11");
        await BalancerAsync(ns, "c");
        await Api.UntilAsync<Event>(ns, all => all.Any(e => e is { Reason: "AllocationFailed", InvolvedObject.Name: "c", Message: "Failed to allocate an address: no IPv4 address is free in any pool" }));

        // One that goes, or becomes of another type, makes room for the one that waits.
        await Api.Client.MergePatchAsync<Service>(ns, "a", JsonNode.Parse("""{"spec":{"type":"ClusterIP"}}""")!, "", default);
        await Api.UntilAsync<Service>(ns, "c", s => Ip(s) == "192.0.2.10");
        Assert.Null((await Api.Client.GetAsync<Service>(ns, "a", default)).Status?.LoadBalancer?.Ingress);
        await BalancerAsync(ns, "d", asked: "192.0.2.11");
        await Api.UntilAsync<Event>(ns, all => all.Any(e => e is { Reason: "AllocationFailed", InvolvedObject.Name: "d" } && e.Message == $"Failed to allocate an address: 192.0.2.11 is held by Service {ns}/b"));
        await Api.Client.DeleteAsync<Service>(ns, "b", new DeleteOptions(), default);
        await Api.UntilAsync<Service>(ns, "d", s => Ip(s) == "192.0.2.11");

        // A fault in the pools takes nothing; other pools move those whose address is gone.
        await Api.Client.UpdateAsync(Pools("- {name: p}"), default);
        await Api.UntilAsync<Event>("kube-system", all => all.Any(e => e is { Reason: "InvalidConfiguration", InvolvedObject.Name: "load-balancer-pools" }));
        Assert.Equal("192.0.2.10", Ip(await Api.Client.GetAsync<Service>(ns, "c", default)));
        await Api.Client.UpdateAsync(Pools("- {name: p, addresses: [192.0.2.11-192.0.2.12]}"), default);
        await Api.UntilAsync<Service>(ns, "c", s => Ip(s) == "192.0.2.12");
        Assert.Equal("192.0.2.11", Ip(await Api.Client.GetAsync<Service>(ns, "d", default)));
        Assert.Null((await Api.Client.GetAsync<Service>(ns, "other", default)).Status?.LoadBalancer?.Ingress);
    }

    [Fact]
    public async Task Many_at_once_have_an_address_each()
    {
        var ns = await Api.NamespaceAsync("many");
        await Api.Client.CreateAsync(Pools("- {name: p, addresses: [192.0.2.0/24]}"), default);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => BalancerAsync(ns, $"s{i}")));
        var services = await Api.UntilAsync<Service>(ns, all => all.Count == 40 && all.All(s => Ip(s) is not null));
        Assert.Equal(40, services.Select(Ip).Distinct().Count());
    }
}
