using System.Diagnostics;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Network.Names;
using Fairlead.Network.Services;

namespace Fairlead.Bench.Dns;

/// <summary>The name table of so many Services, nine of ten with a ClusterIP and a named port, one of ten headless with two endpoints.</summary>
sealed class TableBench
{
    const int Changes = 2_000, Lookups = 2_000_000, Rounds = 5;

    public TableBench(int services)
    {
        var zone = new NameZone("cluster.local", []);
        var cluster = new ClusterSnapshot();
        for (var i = 0; i < services; i++) cluster = Add(cluster, i, 0);
        FullMs = Enumerable.Range(0, Rounds).Select(_ => Time(() => Table = NameTable.Resolve(zone, cluster, ["default"])).TotalMilliseconds).Order().ElementAt(Rounds / 2);

        var table = Table;
        var changes = Enumerable.Range(0, Changes).Select(n => (Key: new ServiceKey("default", Name(n % services)), After: Add(cluster, n % services, 1 + n % 2))).ToArray();
        ChangeUs = Time(() =>
        {
            foreach (var (key, after) in changes) table = table.With(after, [key], []);
        }).TotalMicroseconds / Changes;

        var names = Enumerable.Range(0, services).Select(i => $"{Name(i)}.default.svc.cluster.local").ToArray();
        LookupNs = Time(() =>
        {
            for (var i = 0; i < Lookups; i++) _ = Table.Find(names[i % names.Length]) ?? throw new InvalidOperationException();
        }).TotalNanoseconds / Lookups;
    }

    public NameTable Table { get; private set; } = null!;
    public double FullMs { get; }
    public double ChangeUs { get; }
    public double LookupNs { get; }

    public static string Name(int i) => $"service-{i}";

    static ClusterSnapshot Add(ClusterSnapshot cluster, int i, int variant) => i % 10 != 0
        ? cluster.With(new Service { Metadata = Metadata(Name(i)), Spec = new() { ClusterIP = $"10.{96 + variant}.{i / 250}.{i % 250 + 1}", Ports = [new() { Name = "http", Port = 80 }] } })
        : cluster.With(new Service { Metadata = Metadata(Name(i)), Spec = new() { ClusterIP = "None" } }).With(new EndpointSlice
        {
            Metadata = Metadata(Name(i) + "-1") with { Labels = new Dictionary<string, string> { [ClusterSnapshot.ServiceNameLabel] = Name(i) } },
            Ports = [new() { Name = "http", Port = 80 }],
            Endpoints = [.. Enumerable.Range(1, 2).Select(e => new Endpoint { Addresses = [$"10.{100 + e + 2 * variant}.{i / 250}.{i % 250 + 1}"] })],
        });

    static Api.Meta.V1.ObjectMeta Metadata(string name) => new() { Namespace = "default", Name = name };

    static TimeSpan Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started);
    }
}
