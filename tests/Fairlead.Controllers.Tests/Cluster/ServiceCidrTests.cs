using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Networking.V1;

namespace Fairlead.Controllers.Tests.Cluster;

[Collection(nameof(RunningControllers))]
public class ServiceCidrTests(RunningControllers running)
{
    readonly ApiUnderTest api = running.Api;

    [Fact]
    public async Task A_range_with_addresses_in_use_stays_until_they_are_given_back()
    {
        var ns = await api.NamespaceAsync("cidr");
        await api.Client.CreateAsync(new ServiceCIDR { Metadata = new ObjectMeta { Name = ns }, Spec = new ServiceCIDRSpec { Cidrs = ["172.20.0.0/24"] } }, default);
        var ready = await api.UntilAsync<ServiceCIDR>(null, ns, r => r.Metadata.Finalizers is ["networking.k8s.io/service-cidr-finalizer"] && r.Status?.Conditions is [{ Type: "Ready", Status: "True" }]);
        Assert.Equal("Kubernetes Service CIDR is ready", ready.Status!.Conditions![0].Message);
        await api.Client.CreateAsync(new Service { Metadata = new ObjectMeta { Name = "in-it", Namespace = ns }, Spec = new ServiceSpec { ClusterIP = "172.20.0.7", Ports = [new ServicePort { Port = 80 }] } }, default);

        await api.Client.DeleteAsync<ServiceCIDR>(null, ns, new DeleteOptions(), default);
        var waiting = await api.UntilAsync<ServiceCIDR>(null, ns, r => r.Status?.Conditions is [{ Status: "False" }]);
        Assert.Equal(("Terminating", "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR"),
            (waiting.Status!.Conditions![0].Reason, waiting.Status.Conditions[0].Message));
        var refused = await Assert.ThrowsAsync<Fairlead.Api.Errors.ApiException>(() => api.Client.CreateAsync(
            new Service { Metadata = new ObjectMeta { Name = "late", Namespace = ns }, Spec = new ServiceSpec { ClusterIP = "172.20.0.8", Ports = [new ServicePort { Port = 80 }] } }, default));
        Assert.Contains("the provided network does not match the current range", refused.Message);

        await api.Client.DeleteAsync<Service>(ns, "in-it", new DeleteOptions(), default);
        await api.GoneAsync<ServiceCIDR>(null, ns);
    }
}
