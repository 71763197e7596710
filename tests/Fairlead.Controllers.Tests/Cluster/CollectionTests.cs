using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Json;

namespace Fairlead.Controllers.Tests.Cluster;

[Collection(nameof(RunningControllers))]
public class CollectionTests(RunningControllers running)
{
    readonly ApiUnderTest api = running.Api;

    [Theory]
    [InlineData("Background")]
    [InlineData("Foreground")]
    public async Task What_a_Deployment_made_goes_with_it(string policy)
    {
        var ns = await api.NamespaceAsync("gc");
        await api.Client.CreateAsync(Given.Deployment(ns, "web", 3).Wish(), default);
        await api.UntilAsync<Pod>(ns, all => all.Count == 3);
        await api.Client.DeleteAsync<Deployment>(ns, "web", new DeleteOptions { PropagationPolicy = policy }, default);
        await api.GoneAsync<Deployment>(ns, "web");
        if (policy == "Foreground") Assert.Empty((await api.Client.ListAsync<ReplicaSet>(ns, ListOptions.All, default)).Items);
        await api.UntilAsync<ReplicaSet>(ns, all => all.Count == 0);
        await api.UntilAsync<Pod>(ns, all => all.Count == 0);
    }

    [Fact]
    public async Task Orphans_live_on_and_are_found_again()
    {
        var ns = await api.NamespaceAsync("orphan");
        await api.Client.CreateAsync(Given.Deployment(ns, "web", 2).Wish(), default);
        var before = await api.UntilAsync<Pod>(ns, all => all.Count == 2);
        await api.Client.DeleteAsync<Deployment>(ns, "web", new DeleteOptions { PropagationPolicy = "Orphan" }, default);
        await api.GoneAsync<Deployment>(ns, "web");
        await api.UntilAsync<ReplicaSet>(ns, all => all is [{ Metadata.OwnerReferences: null or { Count: 0 } }]);
        var again = await api.Client.CreateAsync(Given.Deployment(ns, "web", 2).Wish(), default);
        await api.UntilAsync<ReplicaSet>(ns, all => all is [{ Metadata.OwnerReferences: [{ Uid: var uid }] }] && uid == again.Metadata.Uid);
        Assert.Equal(before.Select(p => p.Metadata.Uid).Order(), (await api.Client.ListAsync<Pod>(ns, ListOptions.All, default)).Items.Select(p => p.Metadata.Uid).Order());
    }

    [Fact]
    public async Task Foreground_does_not_wait_for_what_has_another_owner()
    {
        var ns = await api.NamespaceAsync("shared");
        var going = await MapAsync(ns, "going");
        var staying = await MapAsync(ns, "staying");
        await MapAsync(ns, "shared", going, staying);
        await api.Client.DeleteAsync<ConfigMap>(ns, "going", new DeleteOptions { PropagationPolicy = "Foreground" }, default);
        await api.GoneAsync<ConfigMap>(ns, "going");
        await api.UntilAsync<ConfigMap>(ns, "shared", m => m.Metadata.OwnerReferences is [{ Name: "staying" }]);
    }

    [Fact]
    public async Task An_owner_that_never_was_takes_its_dependents()
    {
        var ns = await api.NamespaceAsync("dead");
        await MapAsync(ns, "child", new ConfigMap { Metadata = new ObjectMeta { Name = "nobody", Uid = "11111111-2222-3333-4444-555555555555" } });
        await api.GoneAsync<ConfigMap>(ns, "child");
    }

    [Fact]
    public async Task A_namespace_goes_with_all_that_is_in_it()
    {
        var ns = await api.NamespaceAsync("full");
        await api.Client.CreateAsync(Given.Deployment(ns, "web", 2).Wish(), default);
        await api.UntilAsync<Pod>(ns, all => all.Count == 2);
        var held = await MapAsync(ns, "held");
        await api.Client.MergePatchAsync<ConfigMap>(ns, "held", JsonNode.Parse("""{"metadata":{"finalizers":["example.com/hold"]}}""")!, "", default);
        await api.Client.DeleteAsync<Namespace>(null, ns, new DeleteOptions(), default);
        var waiting = await api.UntilAsync<Namespace>(null, ns, n => n.Status?.Conditions?.Any(c => c.Message == "Some resources are remaining: configmaps. has 1 resource instances") == true);
        Assert.Equal("Terminating", waiting.Status!.Phase);
        Assert.Contains(waiting.Status.Conditions!, c => c.Message == "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances");
        await api.Client.MergePatchAsync<ConfigMap>(ns, "held", JsonNode.Parse("""{"metadata":{"finalizers":null}}""")!, "", default);
        await api.GoneAsync<Namespace>(null, ns);
        Assert.Empty((await api.Client.ListAsync<ReplicaSet>(ns, ListOptions.All, default)).Items);
        Assert.Empty((await api.Client.ListAsync<ServiceAccount>(ns, ListOptions.All, default)).Items);
    }

    [Fact]
    public async Task Every_namespace_has_its_account_and_the_cluster_s_certificate_for_good()
    {
        var made = await api.Client.CreateAsync(new Namespace { Metadata = new ObjectMeta { GenerateName = "sa-" } }, default);
        var ns = made.Metadata.Name!;
        await api.UntilAsync<ServiceAccount>(ns, "default", _ => true);
        await api.UntilAsync<ConfigMap>(ns, "kube-root-ca.crt", m => m.Data!["ca.crt"] == running.Options.RootCertificate);
        await api.Client.DeleteAsync<ServiceAccount>(ns, "default", new DeleteOptions(), default);
        await api.Client.MergePatchAsync<ConfigMap>(ns, "kube-root-ca.crt", JsonNode.Parse("""{"data":{"ca.crt":"forged"}}""")!, "", default);
        await api.UntilAsync<ServiceAccount>(ns, "default", _ => true);
        await api.UntilAsync<ConfigMap>(ns, "kube-root-ca.crt", m => m.Data!["ca.crt"] == running.Options.RootCertificate);
    }

    Task<ConfigMap> MapAsync(string ns, string name, params ConfigMap[] owners) => api.Client.CreateAsync(new ConfigMap
    {
        Metadata = new ObjectMeta
        {
            Name = name,
            Namespace = ns,
            OwnerReferences = [.. owners.Select(o => new OwnerReference { ApiVersion = "v1", Kind = "ConfigMap", Name = o.Metadata.Name!, Uid = o.Metadata.Uid!, BlockOwnerDeletion = true })],
        },
    }, default);
}
