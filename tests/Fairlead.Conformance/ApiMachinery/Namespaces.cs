namespace Fairlead.Conformance.ApiMachinery;

public sealed class Namespaces(RunningCluster cluster)
{
    Resource All => cluster.Resource("v1", "namespaces");

    [Fact(DisplayName = "[sig-api-machinery] Namespaces [Serial] should patch a Namespace [Conformance]")]
    public async Task Patch()
    {
        var name = await cluster.NamespaceAsync("nspatch");
        await All.PatchAsync(name, """{"metadata":{"labels":{"testLabel":"testValue"}}}""", Resource.Strategic);
        Assert.Equal("testValue", (await All.GetAsync(name)).Text("metadata.labels.testLabel"));
    }

    [Fact(DisplayName = "[sig-api-machinery] Namespaces [Serial] should apply an update to a Namespace [Conformance]")]
    public async Task Update()
    {
        var name = await cluster.NamespaceAsync("nsupdate");
        await All.ChangeAsync(name, ns => ns.Mark("labels", name, "updated"));
        Assert.Equal("updated", (await All.GetAsync(name)).At("metadata.labels")?[name]?.ToString());
        // Its own name is always a label, whatever an update says.
        var without = await All.ChangeAsync(name, ns => ns["metadata"]!.AsObject().Remove("labels"));
        Assert.Equal(name, without.At("metadata.labels")?["kubernetes.io/metadata.name"]?.ToString());
    }

    [Fact(DisplayName = "[sig-api-machinery] Namespaces [Serial] should apply changes to a namespace status [Conformance]")]
    public async Task Status()
    {
        var name = await cluster.NamespaceAsync("nsstatus");
        Assert.Equal("Active", (await All.GetAsync(name, "status")).Text("status.phase"));
        var patched = await All.PatchAsync(name,
            """{"metadata":{"annotations":{"p":"1"}},"status":{"conditions":[{"type":"StatusPatch","status":"True","reason":"E2E","message":"Patched by a test"}]}}""", subresource: "status");
        Assert.Equal(("Patched by a test", "True"), (patched.Condition("StatusPatch").Text("message"), patched.Condition("StatusPatch").Text("status")));
        var updated = await All.ChangeAsync(name, ns => ns["status"]!["conditions"]!.AsArray().Add(
            new JsonObject { ["type"] = "StatusUpdate", ["status"] = "True", ["reason"] = "E2E", ["message"] = "Updated by a test" }), "status");
        Assert.Equal("Updated by a test", updated.Condition("StatusUpdate").Text("message"));
        Assert.Equal("E2E", (await All.GetAsync(name)).Condition("StatusPatch").Text("reason"));
    }

    [Fact(DisplayName = "[sig-api-machinery] Namespaces [Serial] should apply a finalizer to a Namespace [Conformance]")]
    public async Task Finalizer()
    {
        var name = await cluster.NamespaceAsync("nsfinal");
        var read = await All.GetAsync(name);
        read["spec"]!["finalizers"]!.AsArray().Add("e2e.example.com/fakeFinalizer");
        var updated = await All.UpdateAsync(read, "finalize");
        Assert.Contains("e2e.example.com/fakeFinalizer", updated.At("spec.finalizers")!.AsArray().Select(f => (string?)f));
        updated["spec"]!["finalizers"] = new JsonArray("kubernetes");
        var back = await All.UpdateAsync(updated, "finalize");
        Assert.Equal(["kubernetes"], back.At("spec.finalizers")!.AsArray().Select(f => (string?)f));
    }

    async Task DeletedWithAsync(string plural, string json)
    {
        var name = await cluster.NamespaceAsync("nsgone");
        var inside = cluster.Resource("v1", plural, name);
        await inside.CreateAsync(json);
        await All.DeleteAsync(name);
        await All.GoneAsync(name);
        Assert.Equal(404, (await cluster.Server.GetAsync(inside.Path("inside"))).Code);
        await All.CreateAsync($$$"""{"metadata":{"name":"{{{name}}}"}}""");
        Assert.Empty(await inside.ItemsAsync());
    }

    [Fact(DisplayName = "[sig-api-machinery] Namespaces [Serial] should ensure that all pods are removed when a namespace is deleted [Conformance]")]
    public Task PodsGo() => DeletedWithAsync("pods", """{"metadata":{"name":"inside"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");

    [Fact(DisplayName = "[sig-api-machinery] Namespaces [Serial] should ensure that all services are removed when a namespace is deleted [Conformance]")]
    public Task ServicesGo() => DeletedWithAsync("services", """{"metadata":{"name":"inside"},"spec":{"ports":[{"port":80}]}}""");
}
