using System.Collections.Immutable;
using Fairlead.Linux.Conntrack;
using Fairlead.Linux.Tests;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests;

/// <summary>Which of a kernel's flows are ended, in a namespace without packets: each flow is known by its sender's number. Needs root.</summary>
public sealed class StaleFlowsTests
{
    const uint Frontend = 0x0a600001, Second = 0x0a600002, NodeAddress = 0xc0000201, Elsewhere = 0xcb007105, Alive = 0x0af40001, Gone = 0x0af40002;
    const ushort Port = 53, NodePort = 30053, Target = 8053, ProxyPort = 45000;

    /// <summary>Protocol, whether IPv6, and whether the flows count as many, so that the kernel is asked for some of them.</summary>
    public static MatrixTheoryData<TransportProtocol, bool, bool> Kinds => new([TransportProtocol.Udp, TransportProtocol.Sctp], [false, true], [false, true]);

    /// <summary>A flow: who sends, where to, and who answers.</summary>
    sealed record Seen(uint From, uint To, ushort Port, uint? Answers = null, ushort AnswerPort = Target);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void At_first_whatever_no_backend_of_its_frontend_answers(TransportProtocol protocol, bool ipv6, bool many)
    {
        using var kernel = new Kernel(protocol, ipv6, many);
        var table = kernel.Table((Frontend, Port, [Alive]), (null, NodePort, [Alive]), (Second, Port, []));
        kernel.Fill(
            new(1, Frontend, Port, Alive), new(2, Frontend, Port, Gone), new(3, Frontend, Port), new(4, Frontend, Port, Alive, Target + 1),
            new(5, NodeAddress, NodePort, Gone), new(6, NodeAddress, NodePort, Alive), new(7, Elsewhere, NodePort), new(8, Elsewhere, NodePort, Gone),
            new(9, Frontend, Port + 1, Gone), new(10, Elsewhere, Port, Gone), new(11, Second, Port, Gone), new(12, Frontend, Port, NodeAddress, ProxyPort));
        kernel.FillTcp(new Seen(13, Frontend, Port, Gone));

        Assert.Equal("2 3 4 5 11 12", kernel.End(table));
        // Later, what nobody has noted is left alone: a proxy of this process has it.
        kernel.Fill(new Seen(14, Frontend, Port, NodeAddress, ProxyPort));
        Assert.Equal("", kernel.End(table));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_a_frontend_has_lost_and_no_other(TransportProtocol protocol, bool ipv6, bool many)
    {
        using var kernel = new Kernel(protocol, ipv6, many);
        var old = kernel.Table((Frontend, Port, [Alive, Gone]), (null, NodePort, [Alive, Gone]), (Second, Port, [Gone]));
        kernel.End(old);
        kernel.Fill(
            new(1, Frontend, Port, Alive), new(2, Frontend, Port, Gone), new(3, Frontend, Port, NodeAddress, ProxyPort), new(4, NodeAddress, NodePort, Gone),
            new(5, Elsewhere, NodePort, Gone), new(6, Second, Port, Gone), new(7, Gone, Target), new(8, Elsewhere, Port, Gone), new(9, Frontend, Port, Gone, Target + 1));

        Assert.Equal("2 4", kernel.Change(old, kernel.Table((Frontend, Port, [Alive]), (null, NodePort, [Alive]), (Second, Port, [Gone]))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_was_sent_while_there_was_no_backend(TransportProtocol protocol, bool ipv6, bool many)
    {
        using var kernel = new Kernel(protocol, ipv6, many);
        var old = kernel.Table((Frontend, Port, []));
        kernel.End(old);
        kernel.Fill(new(1, Frontend, Port), new(2, NodeAddress, NodePort), new(3, Elsewhere, NodePort), new(4, Frontend, Port, NodeAddress, ProxyPort), new(5, Second, Port), new(6, Frontend, Port, Alive));

        Assert.Equal("1 2", kernel.Change(old, kernel.Table((Frontend, Port, [Alive]), (null, NodePort, [Alive]))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void All_flows_of_a_frontend_that_has_nobody_left_or_is_gone_itself(TransportProtocol protocol, bool ipv6, bool many)
    {
        using var kernel = new Kernel(protocol, ipv6, many);
        var old = kernel.Table((Frontend, Port, [Alive, Gone]), (Second, Port, [Alive]), (null, NodePort, [Alive]));
        kernel.End(old);
        kernel.Fill(
            new(1, Frontend, Port, Gone), new(2, Frontend, Port, NodeAddress, ProxyPort), new(3, Second, Port, Alive), new(4, NodeAddress, NodePort, Alive),
            new(5, Elsewhere, NodePort), new(6, Frontend, Port + 1, Gone));

        Assert.Equal("1 2 3 4", kernel.Change(old, kernel.Table((Frontend, Port, []))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Of_many_that_went_at_once(TransportProtocol protocol, bool ipv6, bool many)
    {
        const int Many = 20;
        using var kernel = new Kernel(protocol, ipv6, many);
        var old = kernel.Table((Frontend, Port, [Alive, .. Enumerable.Range(0, Many).Select(i => Gone + (uint)i)]));
        kernel.End(old);
        kernel.Fill([new(1, Frontend, Port, Alive), new(2, Elsewhere, Port, Gone), .. Enumerable.Range(0, Many).Select(i => new Seen(100 + (uint)i, Frontend, Port, Gone + (uint)i))]);

        Assert.Equal(string.Join(' ', Enumerable.Range(100, Many)), kernel.Change(old, kernel.Table((Frontend, Port, [Alive]))));
    }

    [Fact]
    public void Changes_before_the_flows_are_ended_add_up()
    {
        using var kernel = new Kernel(TransportProtocol.Udp, false, many: true);
        var (first, second, third) = (kernel.Table((Frontend, Port, [Alive, Gone])), kernel.Table((Frontend, Port, [Alive])), kernel.Table((Frontend, Port, [Gone + 1])));
        kernel.End(first);
        kernel.Fill(new(1, Frontend, Port, Alive), new(2, Frontend, Port, Gone), new(3, Frontend, Port, Gone + 1));
        kernel.Note(first, second);

        Assert.Equal("1 2", kernel.Change(second, third));
    }

    /// <summary>A fresh connection tracking table, and who ends flows in it.</summary>
    sealed class Kernel : IDisposable
    {
        readonly ScratchNamespace scratch = new();
        readonly byte protocol;
        readonly bool ipv6;
        readonly StaleFlows stale;

        public Kernel(TransportProtocol protocol, bool ipv6, bool many)
        {
            (this.protocol, this.ipv6) = ((byte)protocol, ipv6);
            stale = scratch.Namespace.Run(() => many ? new StaleFlows(few: 0) : new StaleFlows());
        }

        /// <summary>The table of a node of one address.</summary>
        /// <param name="frontends">Address, or null for a node port; port; backends.</param>
        public NodeTable Table(params (uint? Address, ushort Port, uint[] Backends)[] frontends) => NodeTable.Empty with
        {
            NodePortAddresses = [At(NodeAddress)],
            Frontends = frontends.Select(f => new Frontend
            {
                Key = new(f.Address is { } address ? At(address) : ipv6 ? Address.AnyIPv6 : Address.AnyIPv4, (TransportProtocol)protocol, f.Port),
                Kind = f.Address is null ? FrontendKind.NodePort : FrontendKind.ClusterIP,
                Service = new("default", "s"),
                Provenance = default!,
                Backends = [.. f.Backends.Select(b => new Backend(At(b), Target, true, default!))],
                Pods = default, Node = default, Outside = default,
            }).ToImmutableDictionary(f => f.Key),
        };

        public void Fill(params Seen[] flows) => Fill(protocol, flows);

        public void FillTcp(params Seen[] flows) => Fill((byte)TransportProtocol.Tcp, flows);

        public void Note(NodeTable old, NodeTable now) => stale.Note(TableDelta.Between(old, now));

        /// <summary>The senders of the flows that this ends, as numbers.</summary>
        public string End(NodeTable table)
        {
            var before = Senders();
            var ended = stale.End(table);
            var gone = before.Except(Senders()).Order().ToList();
            Assert.Equal(gone.Count, ended);
            return string.Join(' ', gone);
        }

        public string Change(NodeTable old, NodeTable now)
        {
            Note(old, now);
            return End(now);
        }

        void Fill(byte number, Seen[] flows) => scratch.Namespace.Run(() =>
        {
            using var filler = new FlowFiller();
            foreach (var f in flows) filler.Add(ipv6, number, f.From, f.To, f.Port, f.Answers, f.Answers is null ? null : f.AnswerPort);
            Assert.Equal(0, filler.Finish());
        });

        List<int> Senders() => scratch.Namespace.Run(() =>
        {
            using var table = new ConntrackTable();
            return table.List((byte)(ipv6 ? 10 : 2), _ => true).Select(f => (int)f.Source[^1]).ToList();
        });

        Address At(uint number) => Address.Read(FlowFiller.Address(ipv6, number));

        public void Dispose()
        {
            stale.Dispose();
            scratch.Dispose();
        }
    }
}
