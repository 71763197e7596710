using System.Text;
using Fairlead.Json;
using Fairlead.Server.Allocation;
using Fairlead.Server.Registry;
using Fairlead.Store;
using Fairlead.Store.Memory;

namespace Fairlead.Server.Tests.Allocation;

/// <summary>Addresses come from all ranges that ServiceCIDRs name, and are taken by making their IPAddress object.</summary>
public sealed class ServiceRangeTests : IAsyncLifetime
{
    const string Services = "/api/v1/namespaces/default/services";
    const string Ranges = "/apis/networking.k8s.io/v1/servicecidrs";
    const string Addresses = "/apis/networking.k8s.io/v1/ipaddresses";

    // Fourteen addresses, of which default/kubernetes has one.
    readonly TestServer server = new() { ServiceRanges = "10.96.0.0/28" };

    public ValueTask InitializeAsync() => server.InitializeAsync();
    public ValueTask DisposeAsync() => server.DisposeAsync();

    Task<Answer> MakeAsync(string name, string spec = "") => server.PostAsync(Services, $"{{\"metadata\":{{\"name\":\"{name}\"}},\"spec\":{{\"ports\":[{{\"port\":80}}]{spec}}}}}");

    [Fact]
    public async Task A_full_range_refuses_and_another_one_extends_it()
    {
        for (var i = 0; i < 13; i++) Assert.Equal(201, (await MakeAsync($"s{i}")).Code);
        var full = await MakeAsync("full");
        Assert.Equal((500, "Internal error occurred: failed to allocate a serviceIP: range is full"), (full.Code, full.Message));
        Assert.Equal(201, (await server.PostAsync(Ranges, """{"metadata":{"name":"more"},"spec":{"cidrs":["10.97.0.0/24"]}}""")).Code);
        Assert.StartsWith("10.97.0.", (await MakeAsync("more")).At("spec.clusterIP"));
        Assert.Equal("10.97.0.9", (await MakeAsync("asked", ",\"clusterIP\":\"10.97.0.9\"")).At("spec.clusterIP"));
        // A range that is not ready, or about to go, gives nothing.
        await server.PatchAsync($"{Ranges}/more/status", "application/merge-patch+json",
            """{"status":{"conditions":[{"type":"Ready","status":"False","reason":"x","message":"","lastTransitionTime":"2030-01-01T00:00:00Z"}]}}""");
        Assert.Equal(500, (await MakeAsync("none")).Code);
        Assert.Contains("the provided network does not match the current range", (await MakeAsync("none", ",\"clusterIP\":\"10.97.0.10\"")).Message);
        await server.DeleteAsync($"{Services}/s0");
        Assert.StartsWith("10.96.0.", (await MakeAsync("reused")).At("spec.clusterIP"));
    }

    [Fact]
    public async Task No_address_is_given_twice_while_they_come_and_go()
    {
        var tasks = Enumerable.Range(0, 8).Select(async worker =>
        {
            for (var i = 0; i < 25; i++)
            {
                var name = $"w{worker}-{i}";
                var made = await MakeAsync(name);
                if (made.Code == 201) await server.DeleteAsync($"{Services}/{name}");
                else Assert.Equal("Internal error occurred: failed to allocate a serviceIP: range is full", made.Message);
            }
        });
        await Task.WhenAll(tasks);
        // All fourteen are free again but the one.
        for (var i = 0; i < 13; i++) Assert.Equal(201, (await MakeAsync($"s{i}")).Code);
        Assert.Equal(14, (await server.GetAsync(Addresses)).Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_address_that_something_else_has_is_not_given()
    {
        for (var i = 2; i < 14; i++)
            Assert.Equal(201, (await server.PostAsync(Addresses, $$$$"""{"metadata":{"name":"10.96.0.{{{{i}}}}"},"spec":{"parentRef":{"group":"gateway.networking.k8s.io","resource":"gateways","namespace":"x","name":"g"}}}""")).Code);
        Assert.Contains("provided IP is already allocated", (await MakeAsync("asked", ",\"clusterIP\":\"10.96.0.5\"")).Message);
        Assert.Equal("10.96.0.14", (await MakeAsync("last")).At("spec.clusterIP"));
    }

    [Fact]
    public async Task A_name_that_exists_is_refused_without_a_trace()
    {
        await MakeAsync("twice");
        Assert.Equal(409, (await MakeAsync("twice")).Code);
        Assert.Equal(2, (await server.GetAsync(Addresses)).Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_range_of_the_other_family_is_added_at_the_next_start()
    {
        await server.DisposeAsync();
        await using var dual = new TestServer { Store = server.Store, ServiceRanges = "10.96.0.0/28,fd00::/112" };
        await dual.InitializeAsync();
        var range = await dual.GetAsync($"{Ranges}/kubernetes");
        Assert.Equal("""["10.96.0.0/28","fd00::/112"]""", range.Json["spec"]!["cidrs"]!.ToJsonString());
        var made = await dual.PostAsync(Services, """{"metadata":{"name":"both"},"spec":{"ipFamilyPolicy":"RequireDualStack","ports":[{"port":80}]}}""");
        Assert.StartsWith("fd00::", made.At("spec.clusterIPs.1"));
        await server.InitializeAsync();
    }
}

/// <summary>What a server that starts on a damaged store mends, and what it reports.</summary>
public sealed class RepairTests
{
    const string Addresses = "/apis/networking.k8s.io/v1/ipaddresses";

    static ValueTask<WriteResult> WriteAsync(InMemoryStore store, string key, string json) =>
        store.WriteAsync(StoreWrite.Create(key, StoredObject.Encode(JsonNode.Parse(json)!.AsObject())), default);

    static Task WriteServiceAsync(InMemoryStore store, string name, string spec, int minute) => WriteAsync(store, $"/registry/core/services/default/{name}",
        $"{{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{{\"name\":\"{name}\",\"namespace\":\"default\",\"uid\":\"{name}\",\"creationTimestamp\":\"2020-01-01T00:{minute:00}:00Z\"}},\"spec\":{{{spec},\"type\":\"NodePort\",\"ipFamilies\":[\"IPv4\"],\"ipFamilyPolicy\":\"SingleStack\"}}}}").AsTask();

    static Task WriteAddressAsync(InMemoryStore store, string address, string service, string labels = "\"ipaddress.kubernetes.io/ip-family\":\"IPv4\",\"ipaddress.kubernetes.io/managed-by\":\"ipallocator.k8s.io\"", string resource = "services") =>
        WriteAsync(store, $"/registry/networking.k8s.io/ipaddresses/{address}",
            $"{{\"apiVersion\":\"networking.k8s.io/v1\",\"kind\":\"IPAddress\",\"metadata\":{{\"name\":\"{address}\",\"uid\":\"{address}\",\"creationTimestamp\":\"2020-01-01T00:00:00Z\",\"labels\":{{{labels}}}}},\"spec\":{{\"parentRef\":{{\"group\":\"\",\"resource\":\"{resource}\",\"namespace\":\"default\",\"name\":\"{service}\"}}}}}}").AsTask();

    static string At(string ip, int port) => $"\"clusterIP\":\"{ip}\",\"clusterIPs\":[\"{ip}\"],\"ports\":[{{\"port\":80,\"protocol\":\"TCP\",\"nodePort\":{port}}}]";

    [Fact]
    public async Task A_start_mends_what_it_can_and_tells_the_rest()
    {
        var store = new InMemoryStore();
        await WriteServiceAsync(store, "fine", At("10.96.0.10", 30010), 0);
        await WriteAddressAsync(store, "10.96.0.10", "fine");
        await WriteServiceAsync(store, "lacks", At("10.96.0.11", 30011), 1);
        await WriteServiceAsync(store, "first", At("10.96.0.12", 30012), 2);
        await WriteServiceAsync(store, "second", At("10.96.0.12", 30012), 3);
        await WriteAddressAsync(store, "10.96.0.12", "first");
        await WriteServiceAsync(store, "outside", At("172.16.0.1", 40000), 4);
        await WriteServiceAsync(store, "wrong", At("10.96.0.13", 30013), 5);
        await WriteAddressAsync(store, "10.96.0.13", "nobody");
        await WriteServiceAsync(store, "unlabelled", At("10.96.0.14", 30014), 6);
        await WriteAddressAsync(store, "10.96.0.14", "unlabelled", "\"a\":\"b\"");
        await WriteAddressAsync(store, "10.96.0.20", "gone");
        await WriteAddressAsync(store, "10.96.0.21", "fine");
        await WriteAddressAsync(store, "10.96.0.22", "fine", resource: "gateways");
        await WriteAddressAsync(store, "10.96.0.23", "gone", "\"a\":\"b\""); // not ours

        await using var server = new TestServer { Store = store };
        await server.InitializeAsync();
        var addresses = (await server.GetAsync(Addresses)).Json["items"]!.AsArray();
        Assert.Equal("10.96.0.1 kubernetes, 10.96.0.10 fine, 10.96.0.11 lacks, 10.96.0.12 first, 10.96.0.13 wrong, 10.96.0.14 unlabelled, 10.96.0.23 gone",
            string.Join(", ", addresses.Select(a => $"{a!["metadata"]!["name"]} {a["spec"]!["parentRef"]!["name"]}").Order(StringComparer.Ordinal)));
        Assert.Equal("IPv4", (string?)addresses.Single(a => (string?)a!["metadata"]!["name"] == "10.96.0.14")!["metadata"]!["labels"]!["ipaddress.kubernetes.io/ip-family"]);

        string[] expected =
        [
            "Service/lacks ClusterIPNotAllocated: Cluster IP [IPv4]: 10.96.0.11 is not allocated; repairing",
            "Service/second ClusterIPAlreadyAllocated: Cluster IP [IPv4]:10.96.0.12 was assigned to multiple services; please recreate service",
            "Service/outside ClusterIPOutOfRange: Cluster IP [IPv4]: 172.16.0.1 is not within any configured Service CIDR; please recreate service",
            "Service/wrong ClusterIPNotAllocated: the ClusterIP [IPv4]: 10.96.0.13 for Service default/wrong has a wrong reference; repairing",
            "Service/second PortAlreadyAllocated: Port 30012 was assigned to multiple services; please recreate service",
            "Service/outside PortOutOfRange: Port 40000 is not within the port range 30000-32767; please recreate service",
            "IPAddress/10.96.0.20 IPAddressNotAllocated: IPAddress: 10.96.0.20 for Service default/gone appears to have leaked: cleaning up",
            "IPAddress/10.96.0.21 IPAddressWrongReference: IPAddress: 10.96.0.21 for Service default/fine has a wrong reference; cleaning up",
            "IPAddress/10.96.0.22 IPAddressNotAllocated: IPAddress 10.96.0.22 appears to have been modified, not referencing a Service",
        ];
        // Events are written by a queue of their own.
        IReadOnlyList<string> events = [];
        for (var end = DateTime.UtcNow.AddSeconds(10); events.Count < expected.Length && DateTime.UtcNow < end; await Task.Delay(20, TestContext.Current.CancellationToken))
            events = [.. (await server.GetAsync("/api/v1/namespaces/default/events")).Json["items"]!.AsArray().Select(e => $"{e!["involvedObject"]!["kind"]}/{e["involvedObject"]!["name"]} {e["reason"]}: {e["message"]}")];
        foreach (var one in expected) Assert.Contains(events, e => e.StartsWith(one, StringComparison.Ordinal));
        Assert.Equal(expected.Length, events.Count);
        // The address and the port of the two go back when both are gone.
        foreach (var name in (string[])["first", "second"]) await server.DeleteAsync($"/api/v1/namespaces/default/services/{name}");
        Assert.Equal(201, (await server.PostAsync("/api/v1/namespaces/default/services", "{\"metadata\":{\"name\":\"third\"},\"spec\":{\"type\":\"NodePort\"," + At("10.96.0.12", 30012) + "}}")).Code);
    }
}
