using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.EndpointSlices;

namespace Fairlead.Controllers.Tests.EndpointSlices;

public class SlicePlanTests
{
    static readonly Service Web = new()
    {
        Metadata = new ObjectMeta { Name = "web", Namespace = "ns", Uid = "s", Labels = new Dictionary<string, string> { ["team"] = "a" } },
        Spec = new ServiceSpec { ClusterIP = "10.96.0.9", Selector = new Dictionary<string, string> { ["app"] = "web" }, Ports = [new ServicePort { Name = "http", Port = 80, TargetPort = 8080 }] },
    };

    static List<Pod> Pods(int count) => [.. Enumerable.Range(0, count).Select(i => Given.Pod($"p{i:000}", $"10.0.{i / 250}.{i % 250 + 1}"))];

    static SlicePlan.Changes Plan(Service service, IReadOnlyList<Pod> pods, IReadOnlyList<EndpointSlice> existing) =>
        SlicePlan.For(service, pods, existing, name => name == "n1" ? new Node { Metadata = new ObjectMeta { Labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = "z" } } } : null);

    /// <summary>The slices after the changes are written, with names.</summary>
    static List<EndpointSlice> Write(SlicePlan.Changes changes, IReadOnlyList<EndpointSlice>? existing = null)
    {
        var slices = (existing ?? []).ToDictionary(s => s.Metadata.Name!);
        foreach (var slice in changes.Delete) slices.Remove(slice.Metadata.Name!);
        foreach (var slice in changes.Update) slices[slice.Metadata.Name!] = slice;
        foreach (var slice in changes.Create) slices[$"s{slices.Count}"] = slice with { Metadata = slice.Metadata with { Name = $"s{slices.Count}" } };
        return [.. slices.Values];
    }

    static string Counts(SlicePlan.Changes changes) => $"+{changes.Create.Count} ~{changes.Update.Count} -{changes.Delete.Count}";

    [Theory]
    [InlineData(1, "1")]
    [InlineData(100, "100")]
    [InlineData(250, "100 100 50")]
    public void A_slice_holds_a_hundred(int pods, string sizes)
    {
        var slices = Write(Plan(Web, Pods(pods), []));
        Assert.Equal(sizes, string.Join(' ', slices.Select(s => s.Endpoints!.Count).OrderDescending()));
        Assert.Equal("+0 ~0 -0", Counts(Plan(Web, Pods(pods), slices)));
    }

    [Fact]
    public void Slices_say_whose_they_are()
    {
        var slice = Plan(Web, Pods(1), []).Create.Single();
        Assert.Equal(("web-", "ns", "IPv4"), (slice.Metadata.GenerateName, slice.Metadata.Namespace, slice.AddressType));
        Assert.Equal(("Service", "web", true), (slice.Metadata.OwnerReferences![0].Kind, slice.Metadata.OwnerReferences[0].Name, slice.Metadata.OwnerReferences[0].Controller));
        Assert.Equal("endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io kubernetes.io/service-name=web team=a",
            string.Join(' ', slice.Metadata.Labels!.OrderBy(l => l.Key).Select(l => $"{l.Key}={l.Value}")));
        Assert.Equal(("http", 8080, "TCP"), (slice.Ports![0].Name, slice.Ports[0].Port, slice.Ports[0].Protocol));
    }

    [Theory]
    [InlineData("one Pod changes", "+0 ~1 -0")]
    [InlineData("one Pod goes", "+0 ~1 -0")]
    [InlineData("one Pod comes", "+0 ~1 -0")]
    [InlineData("one is replaced", "+0 ~1 -0")]
    [InlineData("sixty come", "+1 ~0 -0")] // no slice has room for all
    [InlineData("none is left", "+0 ~1 -2")] // one becomes the empty slice
    [InlineData("a label of the Service", "+0 ~3 -0")]
    public void Few_slices_are_written(string name, string expected)
    {
        var before = Pods(250);
        var slices = Write(Plan(Web, before, []));
        var service = name == "a label of the Service" ? Web with { Metadata = Web.Metadata with { Labels = null } } : Web;
        List<Pod> after = name switch
        {
            "one Pod changes" => [.. before.Skip(1), Given.Pod("p000", "10.0.0.1", ready: false)],
            "one Pod goes" => [.. before.Skip(1)],
            "one Pod comes" => [.. before, Given.Pod("q", "10.9.0.1")],
            "one is replaced" => [.. before.Skip(1), Given.Pod("q", "10.9.0.1")],
            "sixty come" => [.. before, .. Enumerable.Range(1, 60).Select(i => Given.Pod($"q{i}", $"10.9.0.{i}"))],
            "none is left" => [],
            _ => before,
        };
        var changes = Plan(service, after, slices);
        Assert.True(expected == Counts(changes), $"{name}: {Counts(changes)}");
        var written = Write(changes, slices);
        Assert.Equal(after.Select(p => p.Status!.PodIP).Order(), written.SelectMany(s => s.Endpoints!).Select(e => e.Addresses![0]).Order());
        Assert.Equal("+0 ~0 -0", Counts(Plan(service, after, written)));
    }

    [Fact]
    public void A_Service_without_endpoints_keeps_one_slice_without_ports()
    {
        var slices = Write(Plan(Web, [], []));
        var slice = Assert.Single(slices);
        Assert.Empty(slice.Endpoints!);
        Assert.Empty(slice.Ports!);
        Assert.Equal("+0 ~0 -0", Counts(Plan(Web, [], slices)));
        Assert.Equal("+0 ~1 -0", Counts(Plan(Web, Pods(1), slices))); // it takes the first endpoint
    }

    [Fact]
    public void A_name_may_mean_another_number_in_each_Pod()
    {
        var service = Web with { Spec = Web.Spec! with { Ports = [new ServicePort { Name = "http", Port = 80, TargetPort = "web" }] } };
        Pod Serving(string name, string ip, int? port) => Given.Pod(name, ip) with
        {
            Spec = new PodSpec { Containers = [new Container { Name = "c", Ports = port is null ? null : [new ContainerPort { Name = "web", Number = port.Value }] }] },
        };
        var changes = Plan(service, [Serving("a", "10.0.0.1", 8080), Serving("b", "10.0.0.2", 9090), Serving("c", "10.0.0.3", 8080), Serving("none", "10.0.0.4", null)], []);
        // A Pod without the port is an endpoint without: its name in a headless Service stays.
        Assert.Equal(["8080: 10.0.0.1 10.0.0.3", "9090: 10.0.0.2", ": 10.0.0.4"],
            changes.Create.Select(s => $"{(s.Ports is [var port, ..] ? port.Port : null)}: {string.Join(' ', s.Endpoints!.Select(e => e.Addresses![0]))}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ready", true, false, false, "True True False")]
    [InlineData("not ready", false, false, false, "False False False")]
    [InlineData("terminating, still serving", true, true, false, "False True True")]
    [InlineData("terminating", false, true, false, "False False True")]
    [InlineData("published anyway", false, false, true, "True False False")]
    [InlineData("published anyway, terminating", true, true, true, "True True True")]
    public void Conditions(string name, bool podReady, bool deleting, bool publish, string expected)
    {
        var pod = Given.Pod("p", "10.0.0.1", podReady, "n1");
        if (deleting) pod = pod with { Metadata = pod.Metadata with { DeletionTimestamp = Given.Noon } };
        var endpoint = Plan(Web with { Spec = Web.Spec! with { PublishNotReadyAddresses = publish } }, [pod], []).Create.Single().Endpoints!.Single();
        Assert.True(expected == $"{endpoint.Conditions!.Ready} {endpoint.Conditions.Serving} {endpoint.Conditions.Terminating}", $"{name}: {endpoint.Conditions}");
        Assert.Equal(("n1", "z", "p"), (endpoint.NodeName, endpoint.Zone, endpoint.TargetRef?.Name));
    }

    [Fact]
    public void Ended_Pods_and_those_without_address_are_left_out()
    {
        var ended = Given.Pod("ended", "10.0.0.2");
        ended = ended with { Status = ended.Status! with { Phase = "Succeeded" } };
        Assert.Equal("10.0.0.1", Plan(Web, [Given.Pod("a", "10.0.0.1"), ended, Given.Pod("new")], []).Create.Single().Endpoints!.Single().Addresses![0]);
    }

    [Fact]
    public void Headless_Services_are_labelled_and_name_their_Pods()
    {
        var service = Web with { Spec = Web.Spec! with { ClusterIP = "None" } };
        var pod = Given.Pod("p", "10.0.0.1");
        pod = pod with { Spec = pod.Spec! with { Hostname = "p-0", Subdomain = "web" } };
        var slice = Plan(service, [pod], []).Create.Single();
        Assert.Equal("", slice.Metadata.Labels!["service.kubernetes.io/headless"]);
        Assert.Equal("p-0", slice.Endpoints![0].Hostname);
    }

    [Fact]
    public void Pods_of_a_node_s_network_share_its_address()
    {
        var slice = Plan(Web, [Given.Pod("a", "10.0.0.1"), Given.Pod("b", "10.0.0.1")], []).Create.Single();
        Assert.Equal(["a", "b"], slice.Endpoints!.Select(e => e.TargetRef!.Name));
    }

    [Fact]
    public void A_dual_stack_Service_has_slices_of_each_family()
    {
        Pod Both(string name, params string[] ips) => Given.Pod(name, ips[0]) with { Status = Given.Pod(name, ips[0]).Status! with { PodIPs = [.. ips.Select(ip => new PodIP { Ip = ip })] } };
        var service = Web with { Spec = Web.Spec! with { IpFamilies = ["IPv6", "IPv4"] } };
        List<Pod> pods = [Both("a", "10.0.0.1", "fd00:0:0::1"), Both("b", "10.0.0.2"), Both("c", "fd00::3")];
        var slices = Write(Plan(service, pods, []));
        Assert.Equal(["IPv4 10.0.0.1 10.0.0.2", "IPv6 fd00::1 fd00::3"],
            slices.Select(s => $"{s.AddressType} {string.Join(' ', s.Endpoints!.Select(e => e.Addresses![0]))}").Order());
        Assert.Equal("+0 ~0 -0", Counts(Plan(service, pods, slices)));
        Assert.Equal("+0 ~0 -1", Counts(Plan(Web with { Spec = Web.Spec! with { IpFamilies = ["IPv4"] } }, pods, slices)));
    }

    [Theory]
    [InlineData("its node is there", "n1", false, 1)]
    [InlineData("its node is gone", "gone", false, 0)]
    [InlineData("its node is gone, all are published", "gone", true, 1)]
    public void A_Pod_whose_node_is_gone(string name, string node, bool publish, int expected)
    {
        var service = Web with { Spec = Web.Spec! with { PublishNotReadyAddresses = publish } };
        Assert.True(Plan(service, [Given.Pod("p", "10.0.0.1", node: node)], []).Create.Single().Endpoints!.Count == expected, name);
    }

    [Fact]
    public void Slices_of_an_earlier_Service_of_the_name_go_and_lend_nothing()
    {
        var earlier = Write(Plan(Web with { Metadata = Web.Metadata with { Uid = "earlier" } }, Pods(1), []));
        Assert.Equal("+1 ~0 -1", Counts(Plan(Web, Pods(1), earlier)));
    }

    [Theory]
    [InlineData("nothing is wished", null, null, "")]
    [InlineData("PreferClose", "PreferClose", null, "zone z")]
    [InlineData("PreferSameZone", "PreferSameZone", null, "zone z")]
    [InlineData("PreferSameNode", "PreferSameNode", null, "zone z, node n1")]
    [InlineData("the annotation goes before the field", "PreferClose", "Auto", "")]
    [InlineData("the annotation says no", "PreferClose", "Disabled", "zone z")]
    public void Hints_by_the_wished_distribution(string name, string? distribution, string? annotation, string expected)
    {
        var service = Web with
        {
            Metadata = Web.Metadata with { Annotations = annotation is null ? null : new Dictionary<string, string> { ["service.kubernetes.io/topology-mode"] = annotation } },
            Spec = Web.Spec! with { TrafficDistribution = distribution },
        };
        var endpoints = Plan(service, [Given.Pod("a", "10.0.0.1", node: "n1"), Given.Pod("b", "10.0.0.2", ready: false, node: "n1")], []).Create.Single().Endpoints!;
        var hints = (endpoints[0].Hints?.ForZones ?? []).Select(z => "zone " + z.Name).Concat((endpoints[0].Hints?.ForNodes ?? []).Select(n => "node " + n.Name));
        Assert.True(expected == string.Join(", ", hints), $"{name}: {string.Join(", ", hints)}");
        Assert.Null(endpoints[1].Hints);
    }
}
