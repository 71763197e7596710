using System.Text.Json;
using Fairlead.Api.Json;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Network.Tests.Services.Given;

namespace Fairlead.Network.Tests.Services;

/// <summary>After any history of changes, in batches of any size, the incremental table is the full one.</summary>
public class IncrementalTests
{
    const int Histories = 200, Steps = 40;

    [Fact]
    public void IncrementalEqualsFull()
    {
        for (var seed = 1; seed <= Histories; seed++)
        {
            var random = new Random(seed);
            var state = new NodeTableState("n1");
            var snapshot = Cluster;
            state.Apply(snapshot, []);
            for (var step = 0; step < Steps; step++)
            {
                var changed = new HashSet<ServiceKey>();
                for (var n = random.Next(1, 4); n > 0; n--) snapshot = Change(snapshot, random, changed);
                var before = state.Table;
                var delta = state.Apply(snapshot, changed);
                var full = ServiceResolver.Resolve(snapshot, "n1");

                var where = $"seed {seed}, step {step}";
                Assert.True(full.Equals(state.Table), where);
                var expected = TableDelta.Between(before, full);
                Assert.True(expected.Frontends.ToHashSet().SetEquals(delta.Frontends), where);
                Assert.Equal(expected.NodeChanged, delta.NodeChanged);
                Assert.True(expected.HairpinAdded.ToHashSet().SetEquals(delta.HairpinAdded), where);
                Assert.True(expected.HairpinRemoved.ToHashSet().SetEquals(delta.HairpinRemoved), where);
            }
        }
    }

    /// <summary>So many are resolved on all processors.</summary>
    [Fact]
    public void ThousandsAtOnceAreWhatOneAfterTheOtherIs()
    {
        var snapshot = Enumerable.Range(0, 2000).Aggregate(Cluster, (s, n) => s
            .With(Service($"s{n}", new() { ClusterIP = $"10.96.{n / 250}.{n % 250 + 1}", Ports = [new() { Port = 80 }] }))
            .With(Slice($"s{n}", Ready($"10.244.2.{n % 250 + 1}"), Draining("10.244.1.1", "n1"))));
        var state = new NodeTableState("n1");

        var delta = state.Apply(snapshot, snapshot.Services.Keys);

        Assert.Equal(2000, delta.Frontends.Length);
        Assert.True(ServiceResolver.Resolve(snapshot, "n1").Equals(state.Table));
    }

    [Fact]
    public void ReducedSlicesSayTheSame()
    {
        for (var seed = 1; seed <= Histories; seed++)
        {
            var random = new Random(seed);
            var snapshot = Cluster;
            for (var step = 0; step < Steps; step++) snapshot = Change(snapshot, random, []);
            var reader = new SliceReader("n1");
            var reduced = snapshot.Slices.Values.SelectMany(s => s.Values).Select(Named).Aggregate(snapshot, (s, slice) => s.With(Read(reader, ApiJson.Write(slice))));
            var whole = snapshot.Slices.Values.SelectMany(s => s.Values).Select(Named).Aggregate(snapshot, (s, slice) => s.With(slice));

            Assert.True(ServiceResolver.Resolve(whole, "n1").Equals(ServiceResolver.Resolve(reduced, "n1")), $"seed {seed}");
        }
    }

    [Fact]
    public void WhatManyEndpointsShareIsKeptOnce()
    {
        var reader = new SliceReader("n1");
        EndpointSlice One() => Read(reader, ApiJson.Write(Named(Slice("s0", Ready("10.244.2.1", "elsewhere")))));

        var (first, second) = (One().Endpoints![0], One().Endpoints![0]);

        Assert.Same(first.NodeName, second.NodeName);
        Assert.Same(first.Conditions, second.Conditions);
        Assert.Null(first.TargetRef);
    }

    static EndpointSlice Read(SliceReader reader, byte[] json)
    {
        var tokens = new Utf8JsonReader(json);
        tokens.Read();
        return reader.Read(ref tokens);
    }

    // As the controller writes them.
    static EndpointSlice Named(EndpointSlice slice) => slice with
    {
        Endpoints = [.. slice.Endpoints!.Select(e => e with { TargetRef = new() { Kind = "Pod", Name = $"pod-{e.Addresses![0]}", Uid = $"uid-{e.Addresses[0]}" } })],
    };

    static ClusterSnapshot Change(ClusterSnapshot snapshot, Random random, HashSet<ServiceKey> changed)
    {
        if (random.Next(20) == 0) return ChangeNode(snapshot, random);
        var name = $"s{random.Next(5)}";
        var key = new ServiceKey("default", name);
        changed.Add(key);
        switch (random.Next(5))
        {
            case 0:
                return snapshot.Services.TryGetValue(key, out var old) ? snapshot.Without(old) : snapshot;
            case 1 or 2:
                return snapshot.With(RandomService(name, random));
            default:
                var slice = RandomSlice(name, random);
                return random.Next(4) == 0 ? snapshot.Without(slice) : snapshot.With(slice);
        }
    }

    static ClusterSnapshot ChangeNode(ClusterSnapshot snapshot, Random random) => random.Next(4) switch
    {
        0 => snapshot with { Settings = new() { MasqueradeAll = random.Next(2) == 0, LocalhostNodePorts = random.Next(2) == 0 } },
        1 => snapshot with { LocalAddresses = [Address.Parse($"192.0.2.{random.Next(3)}")] },
        2 => snapshot with { Settings = snapshot.Settings with { NodePortAddresses = [AddressRange.Parse($"192.0.2.{random.Next(3)}/32")] } },
        _ => snapshot.With(snapshot.Nodes["n1"] with
        {
            Metadata = new() { Name = "n1", Labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = random.Next(2) == 0 ? "a" : "b" } },
        }),
    };

    // Few addresses, so that Services collide; few Pods, so that they share backends.
    static Service RandomService(string name, Random random) => Service(name, new()
    {
        Type = random.Next(3) == 0 ? "LoadBalancer" : "NodePort",
        HealthCheckNodePort = random.Next(2) == 0 ? 31000 + random.Next(3) : null,
        ClusterIP = $"10.96.0.{random.Next(6)}",
        ExternalIPs = random.Next(2) == 0 ? [$"203.0.113.{random.Next(3)}"] : null,
        ExternalTrafficPolicy = random.Next(2) == 0 ? "Local" : null,
        InternalTrafficPolicy = random.Next(3) == 0 ? "Local" : null,
        SessionAffinity = random.Next(3) == 0 ? "ClientIP" : null,
        Ports = [new() { Port = 80 + random.Next(2), NodePort = random.Next(2) == 0 ? 30000 + random.Next(4) : null }],
    }) with
    { Metadata = new() { Namespace = "default", Name = name, CreationTimestamp = DateTimeOffset.UnixEpoch.AddSeconds(random.Next(3)) } };

    static EndpointSlice RandomSlice(string service, Random random)
    {
        var endpoints = Enumerable.Range(0, random.Next(4)).Select(_ =>
        {
            var n = random.Next(8);
            var (address, node) = ($"10.244.1.{n}", n < 4 ? "n1" : "n2");
            return random.Next(5) switch { 4 => InZone(address, random.Next(2) == 0 ? "a" : "b", node), 0 => NotReady(address, node), 1 => Draining(address, node), _ => Ready(address, node) };
        }).ToArray();
        return Slice(service, endpoints) with { Metadata = new() { Namespace = "default", Name = $"{service}-{random.Next(2)}", Labels = Owner(service) } };
    }
}
