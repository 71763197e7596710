using System.Collections.Immutable;
using Fairlead.Network.Names;
using Fairlead.Network.Services;
using static Fairlead.Network.Tests.Services.Given;

namespace Fairlead.Network.Tests.Names;

/// <summary>After any history of changes, in batches of any size, the table is the one made from the end alone.</summary>
public class IncrementalNameTests
{
    const int Histories = 150, Steps = 30;

    [Fact]
    public void IncrementalEqualsFull()
    {
        for (var seed = 1; seed <= Histories; seed++)
        {
            var random = new Random(seed);
            var cluster = Cluster;
            var namespaces = ImmutableSortedSet<string>.Empty;
            var table = NameTable.Empty(NameTests.Zone);
            for (var step = 0; step < Steps; step++)
            {
                var before = table;
                var beforeNames = Sorted(before);
                var changed = new List<ServiceKey>();
                for (var n = random.Next(1, 4); n > 0; n--) cluster = Change(cluster, random, changed);
                var ns = random.Next(2) == 0 ? "default" : "other";
                var exists = random.Next(2) == 0;
                namespaces = exists ? namespaces.Add(ns) : namespaces.Remove(ns);
                table = table.With(cluster, changed, [(ns, exists)]);

                var where = $"seed {seed}, step {step}";
                Assert.True(Sorted(NameTable.Resolve(NameTests.Zone, cluster, namespaces)).SequenceEqual(Sorted(table)), where);
                Assert.True(beforeNames.SequenceEqual(Sorted(before)), where + ": the table before the change changed");
            }
        }
    }

    static KeyValuePair<string, NameEntry>[] Sorted(NameTable table) => [.. table.Names.OrderBy(n => n.Key, StringComparer.Ordinal)];

    static ClusterSnapshot Change(ClusterSnapshot cluster, Random random, List<ServiceKey> changed)
    {
        var name = $"s{random.Next(4)}";
        var key = new ServiceKey("default", name);
        changed.Add(key);
        switch (random.Next(6))
        {
            case 0:
                return cluster.Services.TryGetValue(key, out var old) ? cluster.Without(old) : cluster;
            case 1:
                return cluster.With(Service(name, new() { Type = "ExternalName", ExternalName = $"e{random.Next(2)}.example.com" }));
            case 2:
                return cluster.With(Service(name, new() { ClusterIP = $"10.96.0.{random.Next(3)}", Ports = [new() { Name = $"p{random.Next(2)}", Port = 80 }] }));
            case 3:
                return cluster.With(Service(name, new() { ClusterIP = "None" }));
            default:
                var endpoints = Enumerable.Range(0, random.Next(4)).Select(_ =>
                {
                    var endpoint = random.Next(3) == 0 ? NotReady($"10.244.1.{random.Next(5)}") : Ready($"10.244.1.{random.Next(5)}");
                    return random.Next(2) == 0 ? endpoint with { Hostname = $"h{random.Next(2)}" } : endpoint;
                }).ToArray();
                var slice = Slice(name, endpoints) with
                {
                    Metadata = new() { Namespace = "default", Name = $"{name}-{random.Next(2)}", Labels = Owner(name) },
                    Ports = [new() { Name = "sql", Port = 5432 + random.Next(2) }],
                };
                return random.Next(4) == 0 ? cluster.Without(slice) : cluster.With(slice);
        }
    }
}
