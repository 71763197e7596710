using System.Diagnostics;
using Fairlead.Linux.Conntrack;

namespace Fairlead.Linux.Tests;

/// <summary>The kernel's connection tracking table, full, and made by hand. Needs root.</summary>
public class ConntrackTableTests(ITestOutputHelper output)
{
    const byte Tcp = 6, Udp = 17, Sctp = 132;
    const uint Stale = 0x0a010000, Stranger = 0x0a020000, Frontend = 0x0a600001, Gone = 0x0af40001, Alive = 0x0af40002;
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_thousand_of_two_hundred_thousand_flows_go_within_a_second_and_no_other()
    {
        const int Chosen = 500, Others = 99_500;
        using var scratch = new ScratchNamespace();
        scratch.Namespace.Run(() =>
        {
            using var filler = new FlowFiller();
            // The stale ones lie scattered among the others, of which every tenth is another protocol's to the same frontend.
            for (var i = 0u; i < Others; i++)
            {
                foreach (var ipv6 in (bool[])[false, true])
                {
                    filler.Add(ipv6, i % 10 == 0 ? Tcp : Udp, Stranger + i, Frontend, 53, i % 10 == 0 ? Gone : Alive);
                    if (i < Chosen) filler.Add(ipv6, Udp, Stale + i, Frontend, 53, Gone);
                }
            }
            Assert.Equal(0, filler.Finish());
            using var table = new ConntrackTable();
            Assert.Equal((Chosen + Others, Chosen + Others), (Count(table, 2), Count(table, 10)));

            var (v4, v6, removed) = (FlowFiller.Address(false, Gone), FlowFiller.Address(true, Gone), 0);
            var watch = Stopwatch.StartNew();
            removed += table.Remove(2, f => f.ReplySource.SequenceEqual(v4), Udp);
            removed += table.Remove(10, f => f.ReplySource.SequenceEqual(v6), Udp);
            watch.Stop();
            output.WriteLine($"{removed:N0} of {2 * (Chosen + Others):N0} flows removed in {watch.Elapsed.TotalMilliseconds:F0} ms");

            Assert.Equal(2 * Chosen, removed);
            Assert.Equal((Others, Others), (Count(table, 2), Count(table, 10)));
            Assert.Empty(table.List(2, f => f.ReplySource.SequenceEqual(v4), Udp));
            Assert.Empty(table.List(10, f => f.ReplySource.SequenceEqual(v6), Udp));
            Assert.Equal(Others / 10, table.List(10, f => f.ReplySource.SequenceEqual(v6), Tcp).Count);
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, Limit);

            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(0, table.Remove(2, f => f.SourcePort == 1));
            Assert.Equal(0, table.Remove(10, f => f.SourcePort == 1, Udp));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 10);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_protocol_is_walked_alone(bool ipv6)
    {
        using var scratch = new ScratchNamespace();
        var family = (byte)(ipv6 ? 10 : 2);
        scratch.Namespace.Run(() =>
        {
            using var filler = new FlowFiller();
            foreach (var protocol in (byte[])[Tcp, Udp, Sctp]) filler.Add(ipv6, protocol, Stranger, Frontend, 80, Alive, mark: 7);
            filler.Add(ipv6, Udp, Stranger + 1, Frontend, 80);
            filler.Add(!ipv6, Udp, Stranger, Frontend, 80);
            Assert.Equal(0, filler.Finish());
            using var table = new ConntrackTable();

            var seen = new List<byte>();
            var sctp = Assert.Single(table.List(family, f =>
            {
                seen.Add(f.Protocol);
                return true;
            }, Sctp));
            Assert.Equal([Sctp], seen);
            Assert.Equal((Sctp, 40000, 80, 80, 40000, 7u), (sctp.Protocol, sctp.SourcePort, sctp.DestinationPort, sctp.ReplySourcePort, sctp.ReplyDestinationPort, sctp.Mark));
            Assert.Equal(
                [FlowFiller.Address(ipv6, Stranger), FlowFiller.Address(ipv6, Frontend), FlowFiller.Address(ipv6, Alive), FlowFiller.Address(ipv6, Stranger)],
                [sctp.Source, sctp.Destination, sctp.ReplySource, sctp.ReplyDestination]);

            Assert.Single(table.List(family, f => f.IsOpen));
            Assert.Equal(3, table.List(family, f => f.IsTranslated).Count);
            Assert.Equal(2, table.Remove(family, _ => true, Udp));
            Assert.Equal([Tcp, Sctp], table.List(family, _ => true).Select(f => f.Protocol).Order());
            Assert.Equal(2, table.Remove(family, _ => true));
            Assert.Empty(table.List(family, _ => true));
            Assert.Single(table.List((byte)(12 - family), _ => true));
        });
    }

    [Fact]
    public void What_went_by_itself_is_not_counted()
    {
        using var scratch = new ScratchNamespace();
        scratch.Namespace.Run(() =>
        {
            using var filler = new FlowFiller();
            for (var i = 0u; i < 10; i++) filler.Add(false, Udp, Stale + i, Frontend, 53, Gone);
            Assert.Equal(0, filler.Finish());
            using var table = new ConntrackTable();
            using var other = new ConntrackTable();
            var first = FlowFiller.Address(false, Stale);
            var took = 0;
            // The kernel has told of all ten when somebody else deletes one of them.
            var removed = table.Remove(2, _ =>
            {
                if (took == 0) took = other.Remove(2, o => o.Source.SequenceEqual(first));
                return true;
            });
            Assert.Equal((1, 9), (took, removed));
            Assert.Empty(table.List(2, _ => true));
        });
    }

    static int Count(ConntrackTable table, byte family)
    {
        var count = 0;
        table.List(family, _ =>
        {
            count++;
            return false;
        });
        return count;
    }
}
