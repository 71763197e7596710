using Fairlead.Api.Core.V1;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>
/// Random Services, endpoints and histories; after each step real packets must fare as the interpreter allows, and the
/// kernel must hold exactly what a full rendering says. Needs root.
/// </summary>
public sealed class DifferentialTests(Lab lab, ITestOutputHelper output) : IClassFixture<Lab>
{
    const int Steps = 60, Packets = 10;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3), Short = TimeSpan.FromMilliseconds(60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task TheKernelDoesWhatTheInterpreterSays(int seed)
    {
        var random = new Random(seed);
        var snapshot = Cluster(lab);
        var state = new NodeTableState("n1");
        var applier = lab.NewApplier();
        var seen = new Dictionary<OutcomeKind, int>();
        // The first state is whatever the seed before left: any old state converges.
        state.Apply(snapshot, []);
        applier.Converge(state.Table);
        for (var step = 0; step < Steps; step++)
        {
            var where = $"seed {seed}, step {step}";
            var changed = new HashSet<ServiceKey>();
            for (var n = random.Next(1, 4); n > 0; n--) snapshot = Change(snapshot, random, changed);
            var delta = state.Apply(snapshot, changed);
            var disturbed = random.Next(8) == 0;
            if (disturbed) Disturb(random);
            if (disturbed || random.Next(6) == 0)
            {
                applier.Dispose();
                applier = lab.NewApplier();
                applier.Converge(state.Table);
            }
            else
            {
                applier.Apply(delta, state.Table);
            }
            using (var second = lab.NewApplier())
            {
                if (random.Next(3) == 0) Assert.True(second.Converge(ServiceResolver.Resolve(snapshot, "n1")) == 0, where + ": a second apply changes something");
            }
            for (var n = 0; n < Packets; n++) await CheckAsync(state.Table, random, seen, where);
        }
        applier.Dispose();
        output.WriteLine($"seed {seed}: {string.Join(", ", seen.Select(p => $"{p.Value} {p.Key}"))}");
        Assert.All((OutcomeKind[])[OutcomeKind.Forward, OutcomeKind.Reject], kind => Assert.True(seen.GetValueOrDefault(kind) > 0));
    }

    // Somebody else's hand in our table.
    void Disturb(Random random) => lab.Nft(random.Next(3) switch
    {
        0 => "flush ruleset",
        1 => "delete table ip fairlead",
        _ => "flush map ip fairlead services\nflush map ip6 fairlead refused",
    });

    async Task CheckAsync(NodeTable table, Random random, Dictionary<OutcomeKind, int> seen, string where)
    {
        if (table.Frontends.IsEmpty) return;
        var key = table.Frontends.Keys.OrderBy(k => k.Address).ThenBy(k => k.Port).ThenBy(k => k.Protocol).ElementAt(random.Next(table.Frontends.Count));
        // Pods 3 and 4 are another node's: their own traffic would be resolved there.
        var sender = random.Next(5) switch { 0 => "node", 1 => "outside", var n => $"pod{n / 2}" };
        var destination = key.IsNodePort ? Lab.NodeAddress(key.Address.IsIPv6) : key.Address;
        var packet = new Packet(Lab.SourceOf(sender, destination.IsIPv6), destination, key.Protocol, key.Port);
        var trace = ServiceInterpreter.Walk(table, packet);
        seen[trace.Outcomes[0].Kind] = seen.GetValueOrDefault(trace.Outcomes[0].Kind) + 1;

        var silence = trace.Outcomes[0].Kind == OutcomeKind.Drop;
        var probe = await lab.SendAsync(sender, destination, key.Protocol, key.Port, silence ? Short : Patience);
        Assert.True(trace.Outcomes.Any(o => Allows(o, packet, probe)),
            $"{where}: {sender}, {probe}\n{string.Join('\n', trace.Steps.Select(s => s.Text))}\n{lab.Nft("list ruleset")}");
    }

    bool Allows(Outcome outcome, Packet packet, Probe probe) => outcome.Kind switch
    {
        OutcomeKind.Forward => probe.Fate == Fate.Answered && probe.Backend == outcome.Backend!.ToString()
            && (outcome.Masquerade ? lab.NodeAddresses.Contains(probe.SeenSource) : probe.SeenSource == packet.Source),
        OutcomeKind.Reject => probe.Fate == Fate.Refused,
        OutcomeKind.Drop => probe.Fate == Fate.Silence,
        _ => true,
    };

    static ClusterSnapshot Change(ClusterSnapshot snapshot, Random random, HashSet<ServiceKey> changed)
    {
        var name = $"s{random.Next(6)}";
        var key = new ServiceKey("default", name);
        changed.Add(key);
        switch (random.Next(6))
        {
            case 0:
                return snapshot.Services.TryGetValue(key, out var old) ? snapshot.Without(old) : snapshot;
            case 1 or 2:
                return snapshot.With(Service(name, RandomSpec(random, name[1] - '0')));
            default:
                var ipv6 = random.Next(2) == 0;
                var pods = Enumerable.Range(1, Lab.Pods).Where(_ => random.Next(5) < 2)
                    .Select(n => Pod(n, ipv6, ready: random.Next(6) > 0, draining: random.Next(4) == 0));
                return snapshot.With(Slice(name, ipv6, pods, Lab.Ports[random.Next(2)]));
        }
    }

    static ServiceSpec RandomSpec(Random random, int n) => new()
    {
        Type = "NodePort",
        ClusterIP = $"10.96.0.{n + 1}",
        ClusterIPs = [$"10.96.0.{n + 1}", $"fd00:96::{n + 1}"],
        IpFamilies = ["IPv4", "IPv6"],
        ExternalIPs = random.Next(3) == 0 ? [$"203.0.113.{n % 2 + 1}"] : null,
        ExternalTrafficPolicy = random.Next(2) == 0 ? "Local" : "Cluster",
        InternalTrafficPolicy = random.Next(4) == 0 ? "Local" : "Cluster",
        SessionAffinity = random.Next(3) == 0 ? "ClientIP" : "None",
        Ports = Ports(80 + random.Next(2), random.Next(2) == 0 ? 30000 + n : null),
    };
}
