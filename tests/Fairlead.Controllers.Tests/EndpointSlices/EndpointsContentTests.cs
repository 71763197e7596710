using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.EndpointSlices;

namespace Fairlead.Controllers.Tests.EndpointSlices;

public class EndpointsContentTests
{
    static readonly Service Web = new()
    {
        Metadata = new ObjectMeta { Name = "web", Namespace = "ns", Labels = new Dictionary<string, string> { ["team"] = "a" } },
        Spec = new ServiceSpec { ClusterIP = "10.96.0.9", Selector = new Dictionary<string, string> { ["app"] = "web" }, Ports = [new ServicePort { Name = "http", Port = 80, TargetPort = "web" }] },
    };

    static Pod Serving(string name, string ip, int? port, bool ready = true) => Given.Pod(name, ip, ready) with
    {
        Spec = new PodSpec { Containers = [new Container { Name = "c", Ports = port is null ? null : [new ContainerPort { Name = "web", Number = port.Value }] }] },
    };

    static string Text(Endpoints endpoints) => string.Join("; ", (endpoints.Subsets ?? []).Select(s =>
        $"{string.Join(' ', (s.Ports ?? []).Select(p => p.Port))}: {string.Join(' ', (s.Addresses ?? []).Select(a => a.Ip))} | {string.Join(' ', (s.NotReadyAddresses ?? []).Select(a => a.Ip))}"));

    [Theory]
    [InlineData("ready and not", false, null, "8080: 10.0.0.1 | 10.0.0.2; 9090: 10.0.0.3 | ")]
    [InlineData("all are published", true, null, "8080: 10.0.0.1 10.0.0.2 | ; 9090: 10.0.0.3 | ")]
    [InlineData("the other family", false, "IPv6", "")]
    public void Subsets_of_equal_ports(string name, bool publish, string? family, string expected)
    {
        var service = Web with { Spec = Web.Spec! with { PublishNotReadyAddresses = publish, IpFamilies = family is null ? null : [family] } };
        List<Pod> pods = [Serving("c", "10.0.0.3", 9090), Serving("a", "10.0.0.1", 8080), Serving("b", "10.0.0.2", 8080, ready: false), Serving("none", "10.0.0.4", null)];
        var text = Text(EndpointsContent.Of(service, pods, null));
        Assert.True(expected == text, $"{name}: {text}");
    }

    [Fact]
    public void Beyond_the_most_the_ready_ones_stay()
    {
        List<Pod> pods = [.. Enumerable.Range(0, 1100).Select(i => Serving($"p{i:0000}", $"10.0.{i / 250}.{i % 250 + 1}", 80, ready: i >= 300))];
        var endpoints = EndpointsContent.Of(Web, pods, null);
        Assert.Equal((800, 200), (endpoints.Subsets!.Single().Addresses!.Count, endpoints.Subsets!.Single().NotReadyAddresses!.Count));
        Assert.Equal("truncated", endpoints.Metadata.Annotations!["endpoints.kubernetes.io/over-capacity"]);
        Assert.Null(EndpointsContent.Of(Web, pods.GetRange(0, 10), endpoints).Metadata.Annotations);
    }

    [Fact]
    public void Labels_are_the_Service_s_and_annotations_stay()
    {
        var present = new Endpoints { Metadata = new ObjectMeta { ResourceVersion = "7", Annotations = new Dictionary<string, string> { ["example.com/x"] = "y" } } };
        var endpoints = EndpointsContent.Of(Web with { Spec = Web.Spec! with { ClusterIP = "None" } }, [], present);
        Assert.Equal("endpoints.kubernetes.io/managed-by=endpoint-controller service.kubernetes.io/headless= team=a",
            string.Join(' ', endpoints.Metadata.Labels!.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")));
        Assert.Equal(("7", "y"), (endpoints.Metadata.ResourceVersion, endpoints.Metadata.Annotations!["example.com/x"]));
        Assert.False(EndpointsContent.Same(present, endpoints));
        Assert.True(EndpointsContent.Same(endpoints with { Metadata = endpoints.Metadata with { Annotations = null } }, endpoints));
    }
}
