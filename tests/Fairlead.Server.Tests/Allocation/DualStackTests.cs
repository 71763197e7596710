using Fairlead.Json;

namespace Fairlead.Server.Tests.Allocation;

/// <summary>Servers with one range, with the other, and with both in either order.</summary>
public sealed class StackServers : IAsyncLifetime
{
    const string V4 = "10.96.0.0/16", V6 = "fd00:96::/112";

    readonly Dictionary<string, TestServer> servers = new()
    {
        ["4"] = new() { ServiceRanges = V4 },
        ["6"] = new() { ServiceRanges = V6 },
        ["46"] = new() { ServiceRanges = $"{V4},{V6}" },
        ["64"] = new() { ServiceRanges = $"{V6},{V4}" },
    };

    public TestServer this[string cluster] => servers[cluster];

    public async ValueTask InitializeAsync()
    {
        foreach (var server in servers.Values) await server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers.Values) await server.DisposeAsync();
    }
}

/// <summary>Families and addresses of Services by policy (KEP-563), in the words of v1.33.</summary>
public sealed class DualStackTests(StackServers servers) : IClassFixture<StackServers>
{
    const string Services = "/api/v1/namespaces/default/services";
    static int made;

    static JsonObject Service(string spec)
    {
        var obj = JsonNode.Parse("{\"metadata\":{\"name\":\"s" + Interlocked.Increment(ref made) + "\"},\"spec\":{" + spec + "}}")!.AsObject();
        var of = obj["spec"]!.AsObject();
        if (!of.ContainsKey("ports") && !of.ContainsKey("externalName")) of["ports"] ??= new JsonArray(new JsonObject { ["port"] = 80 });
        return obj;
    }

    /// <summary>"SingleStack IPv4 | 4": policy, families, and the family of each address; or the message after "is invalid: ".</summary>
    static string Outcome(Answer answer)
    {
        if (answer.Code is not (200 or 201)) return answer.Message![(answer.Message!.IndexOf("is invalid: ", StringComparison.Ordinal) + "is invalid: ".Length)..];
        var spec = answer.Json["spec"]!.AsObject();
        var addresses = (spec["clusterIPs"] as JsonArray ?? []).Select(a => (string)a!).ToList();
        Assert.Equal((string?)spec["clusterIP"], addresses.Count == 0 ? null : addresses[0]);
        return $"{spec["ipFamilyPolicy"]} {string.Join(' ', (spec["ipFamilies"] as JsonArray ?? []).Select(f => (string)f!))} | "
            + string.Join(' ', addresses.Select(a => a == "None" ? a : a.Contains(':') ? "6" : "4"));
    }

    [Theory]
    [InlineData("4", "", "SingleStack IPv4 | 4")]
    [InlineData("6", "", "SingleStack IPv6 | 6")]
    [InlineData("46", "", "SingleStack IPv4 | 4")]
    [InlineData("64", "", "SingleStack IPv6 | 6")]
    [InlineData("4", "\"ipFamilyPolicy\":\"PreferDualStack\"", "PreferDualStack IPv4 | 4")]
    [InlineData("46", "\"ipFamilyPolicy\":\"PreferDualStack\"", "PreferDualStack IPv4 IPv6 | 4 6")]
    [InlineData("64", "\"ipFamilyPolicy\":\"RequireDualStack\"", "RequireDualStack IPv6 IPv4 | 6 4")]
    [InlineData("46", "\"ipFamilyPolicy\":\"PreferDualStack\",\"ipFamilies\":[\"IPv6\"]", "PreferDualStack IPv6 IPv4 | 6 4")]
    [InlineData("46", "\"ipFamilies\":[\"IPv6\"]", "SingleStack IPv6 | 6")]
    [InlineData("46", "\"clusterIP\":\"fd00:96::77\"", "SingleStack IPv6 | 6")]
    [InlineData("46", "\"clusterIP\":\"fd00:96::78\",\"ipFamilyPolicy\":\"PreferDualStack\"", "PreferDualStack IPv6 IPv4 | 6 4")]
    [InlineData("46", "\"clusterIP\":\"10.96.0.78\",\"clusterIPs\":[\"10.96.0.78\",\"fd00:96::79\"],\"ipFamilyPolicy\":\"RequireDualStack\"", "RequireDualStack IPv4 IPv6 | 4 6")]
    [InlineData("4", "\"ipFamilyPolicy\":\"RequireDualStack\"", "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services")]
    [InlineData("4", "\"ipFamilies\":[\"IPv6\"]", "spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster")]
    [InlineData("4", "\"clusterIP\":\"fd00:96::9\"", "spec.clusterIPs[0]: Invalid value: [\"fd00:96::9\"]: IPv6 is not configured on this cluster")]
    [InlineData("46", "\"ipFamilies\":[\"IPv4\",\"IPv6\"]", "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified")]
    [InlineData("46", "\"clusterIP\":\"10.96.0.79\",\"clusterIPs\":[\"10.96.0.79\",\"fd00:96::80\"]", "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified")]
    [InlineData("4", "\"clusterIP\":\"None\",\"selector\":{\"a\":\"b\"}", "SingleStack IPv4 | None")]
    [InlineData("46", "\"clusterIP\":\"None\",\"selector\":{\"a\":\"b\"},\"ipFamilyPolicy\":\"PreferDualStack\"", "PreferDualStack IPv4 IPv6 | None")]
    [InlineData("4", "\"clusterIP\":\"None\"", "RequireDualStack IPv4 IPv6 | None")] // without selector: both, whatever the cluster has
    [InlineData("6", "\"clusterIP\":\"None\",\"ipFamilyPolicy\":\"SingleStack\"", "SingleStack IPv6 | None")]
    [InlineData("46", "\"type\":\"ExternalName\",\"externalName\":\"a.example\"", "  | ")]
    [InlineData("46", "\"clusterIP\":\"192.0.2.7\"", "spec.clusterIPs: Invalid value: [\"192.0.2.7\"]: failed to allocate IP 192.0.2.7: the provided network does not match the current range")]
    [InlineData("46", "\"clusterIP\":\"10.96.255.255\"", "spec.clusterIPs: Invalid value: [\"10.96.255.255\"]: failed to allocate IP 10.96.255.255: the provided IP (10.96.255.255) is not in the valid range. The range of valid IPs is 10.96.0.0/16")]
    public async Task A_new_Service(string cluster, string spec, string expected) =>
        Assert.Equal(expected, Outcome(await servers[cluster].PostAsync(Services, Service(spec).ToJsonString())));

    [Theory]
    [InlineData("46", "", "{\"ipFamilyPolicy\":\"PreferDualStack\"}", "PreferDualStack IPv4 IPv6 | 4 6")]
    [InlineData("46", "", "{\"ipFamilyPolicy\":\"RequireDualStack\"}", "RequireDualStack IPv4 IPv6 | 4 6")]
    [InlineData("64", "", "{\"ipFamilyPolicy\":\"RequireDualStack\"}", "RequireDualStack IPv6 IPv4 | 6 4")]
    [InlineData("4", "", "{\"ipFamilyPolicy\":\"PreferDualStack\"}", "PreferDualStack IPv4 | 4")]
    [InlineData("4", "", "{\"ipFamilyPolicy\":\"RequireDualStack\"}", "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services")]
    [InlineData("46", "\"ipFamilyPolicy\":\"RequireDualStack\"", "{\"ipFamilyPolicy\":\"SingleStack\"}", "SingleStack IPv4 | 4")]
    [InlineData("46", "\"ipFamilyPolicy\":\"RequireDualStack\"", "{\"ipFamilyPolicy\":\"PreferDualStack\"}", "PreferDualStack IPv4 IPv6 | 4 6")]
    [InlineData("46", "\"ipFamilyPolicy\":\"RequireDualStack\"", "{\"ipFamilies\":[\"IPv4\"]}",
        "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": `ipFamilyPolicy` must be set to 'SingleStack' when releasing the secondary ipFamily")]
    [InlineData("46", "\"ipFamilyPolicy\":\"RequireDualStack\"", "{\"ipFamilies\":[\"IPv6\",\"IPv4\"],\"clusterIPs\":null,\"clusterIP\":null}",
        "[spec.ipFamilies[0]: Invalid value: [\"IPv6\",\"IPv4\"]: may not change once set, spec.ipFamilies[1]: Invalid value: [\"IPv6\",\"IPv4\"]: may not change once set, spec.clusterIPs[0]: ")]
    [InlineData("46", "\"ipFamilyPolicy\":\"PreferDualStack\"", "{\"type\":\"ExternalName\",\"externalName\":\"a.example\"}", "  | ")]
    [InlineData("46", "\"type\":\"ExternalName\",\"externalName\":\"a.example\"", "{\"type\":\"ClusterIP\",\"externalName\":null,\"ipFamilyPolicy\":\"PreferDualStack\",\"ports\":[{\"port\":80}]}", "PreferDualStack IPv4 IPv6 | 4 6")]
    public async Task A_change(string cluster, string spec, string patch, string expected)
    {
        var service = Service(spec);
        var before = await servers[cluster].PostAsync(Services, service.ToJsonString());
        Assert.Equal(201, before.Code);
        var path = $"{Services}/{before.At("metadata.name")}";
        var after = await servers[cluster].PatchAsync(path, "application/merge-patch+json", $$"""{"spec":{{patch}} }""");
        Assert.StartsWith(expected, Outcome(after), StringComparison.Ordinal);
        if (after.Code == 200 && before.At("spec.clusterIP") is { } first && after.At("spec.clusterIP") is { } still) Assert.Equal(first, still);
        // What is held is what is written: each address has its object, and no other is left of this Service.
        var stored = await servers[cluster].GetAsync(path);
        var objects = (await servers[cluster].GetAsync("/apis/networking.k8s.io/v1/ipaddresses")).Json["items"]!.AsArray();
        var own = objects.Where(o => (string?)o!["spec"]!["parentRef"]!["name"] == before.At("metadata.name")).Select(o => (string)o!["metadata"]!["name"]!);
        Assert.Equal((stored.Json["spec"]!["clusterIPs"] as JsonArray ?? []).Select(a => (string)a!).Where(a => a != "None").Order(), own.Order());
    }

    [Fact]
    public async Task A_replacement_that_names_no_address_keeps_both()
    {
        var server = servers["46"];
        var service = Service("\"ipFamilyPolicy\":\"RequireDualStack\"");
        var before = await server.PostAsync(Services, service.ToJsonString());
        service["spec"]!.AsObject().Remove("ipFamilyPolicy");
        service["spec"]!["ports"]![0]!["port"] = 81;
        var after = await server.PutAsync($"{Services}/{before.At("metadata.name")}", service.ToJsonString());
        Assert.Equal("RequireDualStack IPv4 IPv6 | 4 6", Outcome(after));
        Assert.Equal(before.At("spec.clusterIPs"), after.At("spec.clusterIPs"));
    }

    [Fact]
    public async Task Nothing_is_left_of_a_dry_run_or_of_a_refused_Service()
    {
        var server = servers["46"];
        var before = await CountAsync(server);
        Assert.Equal(201, (await server.PostAsync(Services + "?dryRun=All", Service("\"ipFamilyPolicy\":\"RequireDualStack\"").ToJsonString())).Code);
        // The second address cannot be had: the first is given back.
        Assert.Equal(422, (await server.PostAsync(Services, Service("\"clusterIP\":\"10.96.0.99\",\"clusterIPs\":[\"10.96.0.99\",\"fd00:97::1\"],\"ipFamilyPolicy\":\"RequireDualStack\"").ToJsonString())).Code);
        Assert.Equal(422, (await server.PostAsync(Services, Service("\"type\":\"NodePort\",\"clusterIP\":\"10.96.0.99\",\"ports\":[{\"port\":80,\"nodePort\":80}]").ToJsonString())).Code);
        Assert.Equal(before, await CountAsync(server));
        Assert.Equal(201, (await server.PostAsync(Services, Service("\"clusterIP\":\"10.96.0.99\"").ToJsonString())).Code);
    }

    static async Task<int> CountAsync(TestServer server) => (await server.GetAsync("/apis/networking.k8s.io/v1/ipaddresses")).Json["items"]!.AsArray().Count;

    [Theory]
    [InlineData("46", "10.96.0.1", "10.96.0.0/16,fd00:96::/112")]
    [InlineData("6", "fd00:96::1", "fd00:96::/112")]
    public async Task The_server_s_own_Service_and_ranges(string cluster, string address, string ranges)
    {
        Assert.Equal(address, (await servers[cluster].GetAsync(Services + "/kubernetes")).At("spec.clusterIP"));
        var own = await servers[cluster].GetAsync($"/apis/networking.k8s.io/v1/ipaddresses/{address}");
        Assert.Equal("default kubernetes services", $"{own.At("spec.parentRef.namespace")} {own.At("spec.parentRef.name")} {own.At("spec.parentRef.resource")}");
        Assert.Equal("ipallocator.k8s.io", (string?)own.Json["metadata"]!["labels"]!["ipaddress.kubernetes.io/managed-by"]);
        Assert.Equal(address.Contains(':') ? "IPv6" : "IPv4", (string?)own.Json["metadata"]!["labels"]!["ipaddress.kubernetes.io/ip-family"]);
        var range = await servers[cluster].GetAsync("/apis/networking.k8s.io/v1/servicecidrs/kubernetes");
        Assert.Equal(ranges, string.Join(',', range.Json["spec"]!["cidrs"]!.AsArray().Select(r => (string)r!)));
        Assert.Equal("Ready True", $"{range.At("status.conditions.0.type")} {range.At("status.conditions.0.status")}");
    }
}
