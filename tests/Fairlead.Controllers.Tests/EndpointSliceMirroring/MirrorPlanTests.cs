using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.EndpointSliceMirroring;
using EndpointPort = Fairlead.Api.Core.V1.EndpointPort;

namespace Fairlead.Controllers.Tests.EndpointSliceMirroring;

public class MirrorPlanTests
{
    /// <summary>"80: 10.0.0.1 !10.0.0.2": ports, then addresses, those that are not ready with a '!'.</summary>
    static Endpoints Hand(params string[] subsets) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = "db", Namespace = "ns", Uid = "e", Labels = new Dictionary<string, string> { ["team"] = "a" },
            Annotations = new Dictionary<string, string> { ["example.com/x"] = "y", ["kubectl.kubernetes.io/last-applied-configuration"] = "{}", ["endpoints.kubernetes.io/last-change-trigger-time"] = "t" },
        },
        Subsets = [.. subsets.Select(s => s.Split(": ")).Select(s => new EndpointSubset
        {
            Ports = [.. s[0].Split(' ').Select(p => new EndpointPort { Name = "p" + p, Port = int.Parse(p) })],
            Addresses = [.. s[1].Split(' ').Where(a => !a.StartsWith('!')).Select(a => new EndpointAddress { Ip = a })],
            NotReadyAddresses = [.. s[1].Split(' ').Where(a => a.StartsWith('!')).Select(a => new EndpointAddress { Ip = a[1..] })],
        })],
    };

    static string Text(IEnumerable<EndpointSlice> slices) => string.Join("; ", slices.Select(s =>
        $"{s.AddressType} {string.Join(' ', s.Ports!.Select(p => p.Port))}: {string.Join(' ', s.Endpoints!.Select(e => (e.Conditions!.Ready == true ? "" : "!") + e.Addresses![0]))}"));

    static List<EndpointSlice> Named(IEnumerable<EndpointSlice> slices, string prefix = "s") => [.. slices.Select((s, i) => s with { Metadata = s.Metadata with { Name = $"{prefix}{i}" } })];

    [Theory]
    [InlineData("ready and not", "IPv4 80: 10.0.0.1 !10.0.0.2", "80: 10.0.0.1 !10.0.0.2")]
    [InlineData("a slice of each family", "IPv4 80: 10.0.0.1; IPv6 80: fd00::1", "80: 10.0.0.1 fd00:0::1")]
    [InlineData("a slice of each list of ports", "IPv4 80: 10.0.0.1; IPv4 80 81: 10.0.0.2", "80: 10.0.0.1", "80 81: 10.0.0.2")]
    [InlineData("subsets of the same ports are one", "IPv4 80: 10.0.0.1 10.0.0.2", "80: 10.0.0.1", "80: 10.0.0.2 10.0.0.1")]
    public void Slices_of_a_new_object(string name, string expected, params string[] subsets)
    {
        var plan = MirrorPlan.For(Hand(subsets), []);
        Assert.True(expected == Text(plan.Changes.Create), $"{name}: {Text(plan.Changes.Create)}");
        var again = MirrorPlan.For(Hand(subsets), Named(plan.Changes.Create)).Changes;
        Assert.True(again is { Create.Count: 0, Update.Count: 0, Delete.Count: 0 }, name);
    }

    [Fact]
    public void Slices_say_whose_they_are()
    {
        var slice = MirrorPlan.For(Hand("80: 10.0.0.1"), []).Changes.Create.Single();
        Assert.Equal("endpointslice.kubernetes.io/managed-by=endpointslicemirroring-controller.k8s.io kubernetes.io/service-name=db team=a",
            string.Join(' ', slice.Metadata.Labels!.OrderBy(l => l.Key).Select(l => $"{l.Key}={l.Value}")));
        Assert.Equal("example.com/x=y", string.Join(' ', slice.Metadata.Annotations!.Select(l => $"{l.Key}={l.Value}")));
        Assert.Equal(("Endpoints", "db", "db-"), (slice.Metadata.OwnerReferences![0].Kind, slice.Metadata.OwnerReferences[0].Name, slice.Metadata.GenerateName));
    }

    [Theory]
    [InlineData("an address more", "+0 ~1 -0", "80: 10.0.0.1 10.0.0.9", "80 81: 10.0.0.2")]
    [InlineData("another order", "+0 ~0 -0", "80 81: 10.0.0.2", "80: 10.0.0.1")]
    [InlineData("other ports take the old one's slice", "+0 ~1 -0", "82: 10.0.0.1", "80 81: 10.0.0.2")]
    [InlineData("one list of ports less", "+0 ~0 -1", "80: 10.0.0.1")]
    [InlineData("the other family is another slice", "+1 ~0 -1", "80: fd00::1", "80 81: 10.0.0.2")]
    [InlineData("none is left", "+0 ~0 -2")]
    public void What_is_written_at_a_change(string name, string expected, params string[] subsets)
    {
        var before = Named(MirrorPlan.For(Hand("80: 10.0.0.1", "80 81: 10.0.0.2"), []).Changes.Create);
        var changes = MirrorPlan.For(Hand(subsets), before).Changes;
        Assert.True(expected == $"+{changes.Create.Count} ~{changes.Update.Count} -{changes.Delete.Count}", $"{name}: +{changes.Create.Count} ~{changes.Update.Count} -{changes.Delete.Count}");
    }

    [Fact]
    public void A_label_or_another_object_of_the_name_writes_them_anew()
    {
        var before = Named(MirrorPlan.For(Hand("80: 10.0.0.1"), []).Changes.Create);
        var hand = Hand("80: 10.0.0.1");
        Assert.Single(MirrorPlan.For(hand with { Metadata = hand.Metadata with { Labels = null } }, before).Changes.Update);
        Assert.Single(MirrorPlan.For(hand with { Metadata = hand.Metadata with { Uid = "other" } }, before).Changes.Update);
    }

    [Fact]
    public void At_most_a_thousand_of_a_subset()
    {
        var many = string.Join(' ', Enumerable.Range(0, 1100).Select(i => $"{(i % 2 == 0 ? "" : "!")}10.0.{i / 250}.{i % 250 + 1}"));
        var plan = MirrorPlan.For(Hand($"80: {many}", "81: 10.1.0.1"), []);
        Assert.Equal((100, 0), (plan.Skipped, plan.Invalid));
        Assert.Equal([1000, 1], plan.Changes.Create.Select(s => s.Endpoints!.Count));
        // Those that are ready come first.
        Assert.Equal(550, plan.Changes.Create[0].Endpoints!.Count(e => e.Conditions!.Ready == true));
    }

    [Theory]
    [InlineData("by hand", null, null, true)]
    [InlineData("its author wants none", "true", null, false)]
    [InlineData("the label says nothing", "false", null, true)]
    [InlineData("the lock of an election", null, "{}", false)]
    public void Which_are_mirrored(string name, string? skip, string? leader, bool expected)
    {
        var labels = skip is null ? null : new Dictionary<string, string> { ["endpointslice.kubernetes.io/skip-mirror"] = skip };
        var annotations = leader is null ? null : new Dictionary<string, string> { ["control-plane.alpha.kubernetes.io/leader"] = leader };
        Assert.True(expected == MirrorPlan.ShouldMirror(new Endpoints { Metadata = new ObjectMeta { Labels = labels, Annotations = annotations } }), name);
    }
}
