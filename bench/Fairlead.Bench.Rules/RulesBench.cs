using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Bench.Rules;

/// <summary>One size of the table: how long it takes to load, to change, and to connect through.</summary>
sealed class RulesBench(RulesLab lab, int services)
{
    const int Changes = 200, Connections = 3000;

    ClusterSnapshot snapshot = new() { PodRanges = [AddressRange.Parse("10.244.0.0/16")] };

    public string Run() => lab.OnNode(() =>
    {
        for (var i = 0; i < services; i++) snapshot = snapshot.With(ServiceOf(i)).With(SliceOf(i, last: i == services - 1, host: 2));
        var state = new NodeTableState("n1");
        var resolve = Time(() => state.Apply(snapshot, snapshot.Services.Keys));
        using var applier = new NftablesDataplane();
        applier.Remove();
        var load = Time(() => applier.Converge(state.Table));
        var readBack = Time(() =>
        {
            if (applier.Converge(state.Table) != 0) throw new InvalidOperationException("the second apply changed something");
        });
        var (change, packet) = Change(state, applier);
        var vip = new IPEndPoint(IPAddress.Parse(VipOf(services - 1)), 80);
        var direct = new IPEndPoint(IPAddress.Parse("10.244.1.2"), 8080);
        // Interleaved, so that both see the same neighbours on the machine.
        List<double> through = [], straight = [];
        for (var i = 0; i < Connections; i++)
        {
            through.Add(Time(() => Connect(vip)) * 1000);
            straight.Add(Time(() => Connect(direct)) * 1000);
        }
        applier.Remove();
        return string.Create(CultureInfo.InvariantCulture,
            $"| {services:N0} | {resolve:F1} | {load:F1} | {readBack:F1} | {At(change, 50):F3} / {At(change, 99):F3} | {At(packet, 50):F3} | {At(through, 50):F0} / {At(through, 99):F0} | {At(straight, 50):F0} / {At(straight, 99):F0} |");
    });

    (List<double> Work, List<double> UntilPacket) Change(NodeTableState state, NftablesDataplane applier)
    {
        List<double> work = [], packet = [];
        var index = services - 1;
        for (var i = 0; i < Changes; i++)
        {
            var host = 2 + (i + 1) % 2;
            var slice = SliceOf(index, last: true, host);
            var watch = Stopwatch.StartNew();
            snapshot = snapshot.With(slice);
            applier.Apply(state.Apply(snapshot, [new("default", $"s{index}")]), state.Table);
            work.Add(watch.Elapsed.TotalMilliseconds);
            var reached = Connect(new(IPAddress.Parse(VipOf(index)), 80));
            packet.Add(watch.Elapsed.TotalMilliseconds);
            if (reached != host) throw new InvalidOperationException($"reached host {reached} after the change to {host}");
        }
        return (work, packet);
    }

    static int Connect(IPEndPoint to)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new(true, 0) };
        socket.Connect(to);
        var answer = new byte[1];
        socket.Receive(answer);
        return answer[0];
    }

    static string VipOf(int i) => $"10.{96 + i / 62500}.{i / 250 % 250}.{i % 250 + 1}";

    static Service ServiceOf(int i) => new()
    {
        Metadata = new() { Namespace = "default", Name = $"s{i}" },
        Spec = new() { ClusterIP = VipOf(i), Ports = [new() { Port = 80 }] },
    };

    // The last Service has one endpoint, a host that answers, so that a connection tells whether the change is in force.
    static EndpointSlice SliceOf(int i, bool last, int host) => new()
    {
        Metadata = new() { Namespace = "default", Name = $"s{i}-1", Labels = new Dictionary<string, string> { [ClusterSnapshot.ServiceNameLabel] = $"s{i}" } },
        AddressType = "IPv4",
        Ports = [new() { Name = "", Protocol = "TCP", Port = 8080 }],
        Endpoints = last
            ? [Endpoint($"10.244.1.{host}")]
            : [Endpoint($"10.245.{i / 250}.{i % 250 + 1}"), Endpoint($"10.246.{i / 250}.{i % 250 + 1}")],
    };

    static Endpoint Endpoint(string address) => new() { Addresses = [address], NodeName = "n2", Conditions = new() { Ready = true } };

    static double Time(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalMilliseconds;
    }

    static double At(List<double> values, int percent)
    {
        values.Sort();
        return values[Math.Min(values.Count - 1, values.Count * percent / 100)];
    }
}
