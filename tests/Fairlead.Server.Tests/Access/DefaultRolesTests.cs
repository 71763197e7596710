using Fairlead.Json;
using Fairlead.Store.Memory;

namespace Fairlead.Server.Tests.Access;

/// <summary>The default roles at a start: made, mended, or left alone.</summary>
public sealed class DefaultRolesTests
{
    const string Roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";

    [Fact]
    public async Task A_start_mends_what_a_default_role_lacks_and_leaves_what_was_added()
    {
        var store = new InMemoryStore();
        await using (var first = new Started(store))
        {
            var server = await first.StartAsync();
            await server.PatchAsync($"{Roles}/system:node-problem-detector", "application/merge-patch+json",
                """{"rules":[{"verbs":["get"],"apiGroups":["example.com"],"resources":["things"]}]}""");
            await server.PatchAsync($"{Roles}/system:kube-dns", "application/merge-patch+json",
                """{"metadata":{"annotations":{"rbac.authorization.kubernetes.io/autoupdate":"false"}},"rules":null}""");
            await server.DeleteAsync($"{Roles}/system:heapster");
            await server.PatchAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/system:discovery", "application/merge-patch+json", """{"subjects":null}""");
        }
        await using var second = new Started(store);
        var again = await second.StartAsync();
        var mended = await again.GetAsync($"{Roles}/system:node-problem-detector");
        Assert.Equal("things", mended.At("rules.0.resources.0"));
        Assert.Contains("nodes/status", mended.Text);
        Assert.DoesNotContain("\"rules\":[", (await again.GetAsync($"{Roles}/system:kube-dns")).Text);
        Assert.Equal(200, (await again.GetAsync($"{Roles}/system:heapster")).Code);
        Assert.Contains("system:authenticated", (await again.GetAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/system:discovery")).Text);
    }

    [Fact]
    public async Task A_start_that_finds_everything_writes_no_role()
    {
        var store = new InMemoryStore();
        await using (var first = new Started(store)) await first.StartAsync();
        var before = store.Revision;
        await using var second = new Started(store);
        var items = (JsonArray)(await (await second.StartAsync()).GetAsync(Roles)).Json["items"]!;
        Assert.True(items.Count > 60);
        Assert.All(items, i => Assert.True(long.Parse((string)i!["metadata"]!["resourceVersion"]!) <= before));
    }

    sealed class Started(InMemoryStore store) : IAsyncDisposable
    {
        readonly TestServer server = new() { Store = store };

        public async Task<TestServer> StartAsync()
        {
            await server.InitializeAsync();
            return server;
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
