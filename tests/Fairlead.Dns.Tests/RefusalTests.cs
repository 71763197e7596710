using Fairlead.Dns.Handlers;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Tests;

/// <summary>What is not answered, and with which code.</summary>
public class RefusalTests
{
    const string Name = "web.default.svc.cluster.local";
    static readonly byte[] Good = Client.Query(0x0102, Name, DnsType.A);

    public static TheoryData<string, byte[], DnsRcode?> Messages => new()
    {
        { "a good one", Good, DnsRcode.NoError },
        { "shorter than a header", Good[..11], null },
        { "a response", Client.Query(1, Name, DnsType.A, flags: DnsFlags.Response), null },
        { "no question", Changed(Good, 5, 0), DnsRcode.FormErr },
        { "two questions", Changed(Good, 5, 2), DnsRcode.FormErr },
        { "cut in the question", Good[..^3], DnsRcode.FormErr },
        { "a record announced that is not there", Changed(Good, 11, 1), DnsRcode.FormErr },
        { "a pointer in the question", [.. Good[..12], 0xc0, 12, 0, 1, 0, 1], DnsRcode.FormErr },
        { "a pointer into the header", [.. Good[..12], 0xc0, 0, 0, 1, 0, 1], DnsRcode.FormErr },
        { "status", Client.Query(1, Name, DnsType.A, opcode: DnsOpcode.Status), DnsRcode.NotImp },
        { "update", Client.Query(1, Name, DnsType.A, opcode: DnsOpcode.Update), DnsRcode.NotImp },
        { "class CH", Client.Query(1, "version.bind", DnsType.TXT, @class: DnsClass.CH), DnsRcode.Refused },
        { "a whole zone", Client.Query(1, "cluster.local", DnsType.AXFR), DnsRcode.Refused },
        { "type OPT", Client.Query(1, Name, DnsType.OPT), DnsRcode.FormErr },
        { "EDNS of a later version", Client.Query(1, Name, DnsType.A, new(1232, 0, 1, false)), DnsRcode.BadVers },
        { "EDNS twice", TwoOpts(), DnsRcode.FormErr },
    };

    [Theory, MemberData(nameof(Messages))]
    public async Task GetsItsCode(string row, byte[] message, DnsRcode? rcode)
    {
        await using var server = await RunningServer.StartAsync(RunningServer.Options(), TestNames.Table);
        if (rcode is { } expected)
        {
            var answer = await server.Client.SendAsync(message);
            Assert.True(expected == answer.Rcode, $"{row}: {answer.Rcode}");
            Assert.Equal(message[0] << 8 | message[1], answer.Header.Id);
            return;
        }
        // Nothing comes for it, so the first response is that to the next message.
        var next = await server.Client.SendAllAsync(message, Client.Query(0x7777, Name, DnsType.A));
        Assert.Equal(0x7777, Answer.Read(next).Header.Id);
    }

    /// <summary>Any bytes get a well-formed response or none, and never an exception.</summary>
    [Fact]
    public async Task AnyBytes()
    {
        const int Seed = 7, Rounds = 50_000;
        var random = new Random(Seed);
        var chain = new DnsChain();
        chain.Use(new Cluster.ClusterNames(TestNames.Zone, () => TestNames.Table, chain));
        var query = new DnsQuery(false);
        var answered = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var message = Damaged(random);
            message.CopyTo(query.Buffer.AsSpan());
            var verdict = query.Read(message.Length);
            if (verdict == QueryVerdict.Drop) continue;
            if (verdict == QueryVerdict.Ask) Assert.True(await chain.AnswerAsync(query, TestContext.Current.CancellationToken));
            if (query.Rcode == DnsRcode.NoError) answered++;
            try { Answer.Read(query.Response.Span); }
            catch (Exception e) { Assert.Fail($"seed {Seed}, round {round}, {Convert.ToHexString(message)}: {e.Message}"); }
        }
        Assert.True(answered > Rounds / 20, $"only {answered} were answered");
    }

    /// <summary>A question about a name of the cluster costs no garbage.</summary>
    [Theory]
    [InlineData("web.default.svc.cluster.local", DnsType.A)]
    [InlineData("web.default.svc.cluster.local", DnsType.AAAA)]
    [InlineData("www.example.com.default.svc.cluster.local", DnsType.A)]
    [InlineData("1.0.96.10.in-addr.arpa", DnsType.PTR)]
    public void NothingIsAllocated(string name, DnsType type)
    {
        var chain = new DnsChain();
        chain.Use(new Cluster.ClusterNames(TestNames.Zone, () => TestNames.Table, chain));
        var query = new DnsQuery(false);
        var message = Client.Query(1, name, type, new(1232, 0, 0, false));
        Ask(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask(1000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Ask(int times)
        {
            while (times-- > 0)
            {
                message.CopyTo(query.Buffer.AsSpan());
                if (query.Read(message.Length) != QueryVerdict.Ask) throw new InvalidOperationException();
                var answer = chain.AnswerAsync(query, default);
                if (!answer.IsCompletedSuccessfully || !answer.Result) throw new InvalidOperationException();
            }
        }
    }

    static byte[] Damaged(Random random)
    {
        string[] names = [Name, "_sql._tcp.db.default.svc.cluster.local", "many.default.svc.cluster.local", "round.default.svc.cluster.local", "dns-version.cluster.local"];
        DnsType[] types = [DnsType.A, DnsType.SRV, DnsType.TXT, DnsType.ANY, DnsType.SOA];
        var edns = random.Next(2) == 0 ? new DnsEdns((ushort)random.Next(2000), 0, 0, true) : (DnsEdns?)null;
        var message = Client.Query((ushort)random.Next(65536), names[random.Next(names.Length)], types[random.Next(types.Length)], edns);
        for (var n = random.Next(4); n > 0; n--) message[random.Next(message.Length)] = (byte)random.Next(256);
        return random.Next(10) == 0 ? message[..random.Next(message.Length)] : message;
    }

    static byte[] Changed(byte[] message, int at, byte value)
    {
        byte[] changed = [.. message];
        changed[at] = value;
        return changed;
    }

    static byte[] TwoOpts()
    {
        var one = Client.Query(1, Name, DnsType.A, new(1232, 0, 0, false));
        return Changed([.. one, .. one[^DnsEdns.RecordSize..]], 11, 2);
    }
}
