using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Controllers.EndpointSlices;

namespace Fairlead.Controllers.Tests.EndpointSlices;

/// <summary>
/// Whatever happens to the Pods of a Service, its slices hold what a computation from nothing gives, and a change of one
/// Pod writes one slice of each family.
/// </summary>
public class SliceHistoryTests
{
    const int Histories = 60, Steps = 40;

    sealed class World(Random random)
    {
        readonly Random random = random;
        int made;

        public Service Service { get; private set; } = new()
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = "ns", Uid = "s" },
            Spec = new ServiceSpec
            {
                ClusterIP = "10.96.0.9",
                IpFamilies = random.Next(3) == 0 ? ["IPv4", "IPv6"] : ["IPv4"],
                TrafficDistribution = random.Next(4) switch { 0 => "PreferClose", 1 => "PreferSameNode", _ => null },
                PublishNotReadyAddresses = random.Next(5) == 0,
                Selector = new Dictionary<string, string> { ["app"] = "web" },
                Ports = [new ServicePort { Name = "http", Port = 80, TargetPort = "web" }, new ServicePort { Name = "dns", Port = 53, Protocol = "UDP" }],
            },
        };

        public List<Pod> Pods { get; } = [];
        public Dictionary<string, Node> Nodes { get; } = Enumerable.Range(0, 5).Select(i => NodeIn($"n{i}", $"z{i % 3}")).ToDictionary(n => n.Metadata.Name!);

        /// <summary>Changes something; returns how many slices of a family it may write, or null if it concerns them all.</summary>
        public int? Step()
        {
            switch (random.Next(12))
            {
                case 0 when Pods.Count < 260: // a rollout
                    for (var n = random.Next(20, 150); n > 0; n--) Pods.Add(NewPod());
                    return null;
                case 1 when Pods.Count > 0:
                    Pods.RemoveRange(0, random.Next(1, Pods.Count + 1));
                    return null;
                case 2:
                    Service = Service with { Metadata = Service.Metadata with { Labels = new Dictionary<string, string> { ["v"] = $"{random.Next(3)}" } } };
                    return null;
                case 3:
                    var node = $"n{random.Next(5)}";
                    Nodes[node] = NodeIn(node, $"z{random.Next(3)}");
                    return null;
                case 4 or 5 or 6 when Pods.Count > 0:
                    Pods.RemoveAt(random.Next(Pods.Count));
                    return 1;
                case 7 or 8 or 9 when Pods.Count > 0:
                    return ChangeOne();
                default:
                    Pods.Add(NewPod());
                    return 1;
            }
        }

        int ChangeOne()
        {
            var at = random.Next(Pods.Count);
            var pod = Pods[at];
            switch (random.Next(4))
            {
                case 0:
                    Pods[at] = pod with { Metadata = pod.Metadata with { DeletionTimestamp = Given.Noon } };
                    return 1;
                case 1:
                    Pods[at] = pod with { Spec = pod.Spec! with { Containers = Containers() } };
                    return 2; // from the slices of one list of ports to those of another
                case 2:
                    Pods[at] = pod with { Status = NewPod().Status };
                    return 1;
                default:
                    Pods[at] = pod with { Status = pod.Status! with { Conditions = [new PodCondition { Type = "Ready", Status = random.Next(2) == 0 ? "True" : "False" }] } };
                    return 1;
            }
        }

        Pod NewPod()
        {
            var n = made++;
            var pod = Given.Pod($"p{n}", $"10.0.{n / 250}.{n % 250 + 1}", random.Next(3) > 0, $"n{random.Next(5)}");
            return pod with
            {
                Spec = pod.Spec! with { Containers = Containers() },
                Status = pod.Status! with { PodIPs = [new PodIP { Ip = pod.Status.PodIP! }, new PodIP { Ip = $"fd00::{n + 1:x}" }] },
            };
        }

        IReadOnlyList<Container> Containers() =>
            [new Container { Name = "c", Ports = random.Next(10) == 0 ? null : [new ContainerPort { Name = "web", Number = random.Next(4) == 0 ? 9090 : 8080 }] }];

        static Node NodeIn(string name, string zone) =>
            new() { Metadata = new ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = zone } } };
    }

    [Fact]
    public void Slices_equal_the_full_computation_and_few_are_written()
    {
        for (var seed = 1; seed <= Histories; seed++)
        {
            var world = new World(new Random(seed));
            List<EndpointSlice> slices = [];
            for (var step = 0; step < Steps; step++)
            {
                var bound = world.Step();
                var where = $"seed {seed}, step {step}";
                var changes = Plan(world, slices);
                slices = Written(slices, changes, step);
                Assert.True(Content(Plan(world, []).Create) == Content(slices), where);
                Assert.True(slices.TrueForAll(s => s.Endpoints!.Count <= SlicePlan.Capacity), where);
                foreach (var family in world.Service.Spec!.IpFamilies!)
                {
                    Assert.True(slices.Exists(s => s.AddressType == family), where);
                    var writes = new[] { changes.Create, changes.Update, changes.Delete }.Sum(c => c.Count(s => s.AddressType == family));
                    Assert.True(step == 0 || bound is null || writes <= bound, $"{where}: {writes} writes for {bound}");
                }
                var again = Plan(world, slices);
                Assert.True(again is { Create.Count: 0, Update.Count: 0, Delete.Count: 0 }, where);
            }
        }
    }

    static SlicePlan.Changes Plan(World world, List<EndpointSlice> existing) => SlicePlan.For(world.Service, world.Pods, existing, world.Nodes.GetValueOrDefault);

    static List<EndpointSlice> Written(List<EndpointSlice> slices, SlicePlan.Changes changes, int step)
    {
        var now = slices.ToDictionary(s => s.Metadata.Name!);
        foreach (var slice in changes.Delete) Assert.True(now.Remove(slice.Metadata.Name!));
        foreach (var slice in changes.Update) now[slice.Metadata.Name!] = slice;
        foreach (var (i, slice) in changes.Create.Index()) now.Add($"s{step}-{i}", slice with { Metadata = slice.Metadata with { Name = $"s{step}-{i}" } });
        return [.. now.Values];
    }

    /// <summary>Every endpoint with its ports and labels of its slice, whichever slice it is in.</summary>
    static string Content(IEnumerable<EndpointSlice> slices) => string.Join('\n', slices.SelectMany(s => s.Endpoints!.Select(e => string.Join(' ',
        s.AddressType, string.Join(',', s.Ports!), string.Join(',', s.Metadata.Labels!.OrderBy(l => l.Key)), e.Addresses![0], e.TargetRef!.Uid, e.Conditions, e.NodeName, e.Zone,
        string.Join(',', (e.Hints?.ForZones ?? []).Select(z => z.Name)), string.Join(',', (e.Hints?.ForNodes ?? []).Select(n => n.Name)))).Order(StringComparer.Ordinal)).Order(StringComparer.Ordinal));
}
