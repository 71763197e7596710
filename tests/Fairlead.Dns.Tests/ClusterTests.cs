using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Tests;

/// <summary>Questions about the cluster, to a real server without upstreams.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    RunningServer server = null!;

    public async ValueTask InitializeAsync() => server = await RunningServer.StartAsync(RunningServer.Options(), TestNames.Table);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>Name, type, rcode, the answers' data in any order.</summary>
    public static TheoryData<string, DnsType, DnsRcode, string[]> Questions => new()
    {
        { "web.default.svc.cluster.local", DnsType.A, DnsRcode.NoError, ["A 10.96.0.1"] },
        { "WEB.Default.svc.CLUSTER.local", DnsType.A, DnsRcode.NoError, ["A 10.96.0.1"] },
        { "web.default.svc.cluster.local", DnsType.AAAA, DnsRcode.NoError, [] },
        { "web.default.svc.cluster.local", DnsType.ANY, DnsRcode.NoError, ["A 10.96.0.1"] },
        { "_http._tcp.web.default.svc.cluster.local", DnsType.SRV, DnsRcode.NoError, ["SRV 0 100 80 web.default.svc.cluster.local"] },
        { "_tcp.web.default.svc.cluster.local", DnsType.SRV, DnsRcode.NoError, [] },
        { "_ftp._tcp.web.default.svc.cluster.local", DnsType.SRV, DnsRcode.NXDomain, [] },
        { "db.default.svc.cluster.local", DnsType.A, DnsRcode.NoError, ["A 10.244.1.2", "A 10.244.1.3", "A 10.244.1.4"] },
        { "db-0.db.default.svc.cluster.local", DnsType.A, DnsRcode.NoError, ["A 10.244.1.2"] },
        {
            "_sql._tcp.db.default.svc.cluster.local", DnsType.SRV, DnsRcode.NoError,
            ["SRV 0 33 5432 db-0.db.default.svc.cluster.local", "SRV 0 33 5432 db-1.db.default.svc.cluster.local", "SRV 0 33 5432 10-244-1-4.db.default.svc.cluster.local"]
        },
        { "1.0.96.10.in-addr.arpa", DnsType.PTR, DnsRcode.NoError, ["PTR web.default.svc.cluster.local"] },
        { "2.1.244.10.in-addr.arpa", DnsType.PTR, DnsRcode.NoError, ["PTR db-0.db.default.svc.cluster.local"] },
        { "2.1.244.10.in-addr.arpa", DnsType.A, DnsRcode.NoError, [] },
        { "9.9.9.10.in-addr.arpa", DnsType.PTR, DnsRcode.Refused, [] },
        { "nothing.default.svc.cluster.local", DnsType.A, DnsRcode.NXDomain, [] },
        { "www.example.com.default.svc.cluster.local", DnsType.A, DnsRcode.NXDomain, [] },
        { "default.svc.cluster.local", DnsType.A, DnsRcode.NoError, [] },
        { "dns-version.cluster.local", DnsType.TXT, DnsRcode.NoError, ["TXT 1.1.0"] },
        { "cluster.local", DnsType.NS, DnsRcode.NoError, ["NS ns.dns.cluster.local"] },
        { "cluster.local", DnsType.SOA, DnsRcode.NoError, ["SOA 5"] },
        { "ns.dns.cluster.local", DnsType.A, DnsRcode.NoError, ["A 10.96.0.10"] },
        { "10-1-2-3.default.pod.cluster.local", DnsType.A, DnsRcode.NoError, ["A 10.1.2.3"] },
        { "away.default.svc.cluster.local", DnsType.CNAME, DnsRcode.NoError, ["CNAME www.example.com"] },
        { "away.default.svc.cluster.local", DnsType.A, DnsRcode.NoError, ["CNAME www.example.com"] },
        { "inside.default.svc.cluster.local", DnsType.A, DnsRcode.NoError, ["CNAME web.default.svc.cluster.local", "A 10.96.0.1"] },
        { "inside.default.svc.cluster.local", DnsType.AAAA, DnsRcode.NoError, ["CNAME web.default.svc.cluster.local"] },
        { "round.default.svc.cluster.local", DnsType.A, DnsRcode.ServFail, [] },
        { "www.example.com", DnsType.A, DnsRcode.Refused, [] },
    };

    [Theory, MemberData(nameof(Questions))]
    public async Task IsAnswered(string name, DnsType type, DnsRcode rcode, string[] expected)
    {
        var answer = await server.Client.AskAsync(name, type);
        Assert.Equal(rcode, answer.Rcode);
        Assert.Equal(expected.Order(), answer.Answers.Select(a => a.Split(' ', 3)[2]).Order());
        Assert.All(answer.Answers, a => Assert.Equal("5", a.Split(' ')[1]));
        Assert.True(answer.Has(DnsFlags.RecursionDesired | DnsFlags.RecursionAvailable));
        Assert.Equal(rcode is DnsRcode.NoError or DnsRcode.NXDomain, answer.Has(DnsFlags.Authoritative));
        // RFC 2308: what is not there says how long that holds.
        Assert.Equal(answer.Has(DnsFlags.Authoritative) && expected.Length == 0 ? ["cluster.local 5 SOA 5"] : [], answer.Authorities);
        Assert.Null(answer.Edns);
    }

    [Fact]
    public async Task ServiceRecordsBringTheirAddresses()
    {
        var answer = await server.Client.AskAsync("_sql._tcp.db.default.svc.cluster.local", DnsType.SRV, new(1232, 0, 0, false));
        Assert.Equal(
            ["10-244-1-4.db.default.svc.cluster.local 5 A 10.244.1.4", "db-0.db.default.svc.cluster.local 5 A 10.244.1.2", "db-1.db.default.svc.cluster.local 5 A 10.244.1.3"],
            answer.Additionals.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TheFirstAddressVaries()
    {
        var first = new HashSet<string>();
        for (ushort id = 0; id < 3; id++)
        {
            first.Add((await server.Client.SendAsync(Client.Query(id, "db.default.svc.cluster.local", DnsType.A))).Data.First());
        }
        Assert.Equal(3, first.Count);
    }

    [Fact]
    public async Task QuestionKeepsItsCase()
    {
        var query = Client.Query(7, "wEb.dEfAuLt.svc.cluster.local", DnsType.A);
        var answer = await server.Client.SendAllAsync(query);
        Assert.Equal(query[DnsHeader.Size..], answer[DnsHeader.Size..query.Length]);
    }

    [Theory]
    [InlineData(null, 30, 512)]
    [InlineData(100, 30, 512)]
    [InlineData(1232, 75, 1232)]
    [InlineData(60000, 75, 1232)]
    public async Task LongAnswersAreCutToTheClient(int? size, int some, int limit)
    {
        var edns = size is { } s ? new DnsEdns((ushort)s, 0, 0, false) : (DnsEdns?)null;
        var answer = await server.Client.AskAsync("many.default.svc.cluster.local", DnsType.A, edns);
        Assert.True(answer.Has(DnsFlags.Truncated));
        Assert.InRange(answer.Length, limit - 20, limit);
        Assert.InRange(answer.Answers.Length, some - 5, some + 5);
        Assert.Equal(edns is null, answer.Edns is null);
    }

    [Fact]
    public async Task TcpBringsAllOfIt()
    {
        var answers = await server.Client.TcpAsync(
            Client.Query(1, "many.default.svc.cluster.local", DnsType.A),
            Client.Query(2, "web.default.svc.cluster.local", DnsType.A, new(512, 0, 0, true)));
        Assert.Equal((1, 200, false), (answers[0].Header.Id, answers[0].Answers.Length, answers[0].Has(DnsFlags.Truncated)));
        Assert.Equal((2, 1), (answers[1].Header.Id, answers[1].Answers.Length));
        Assert.Equal(new DnsEdns(1232, 0, 0, true), answers[1].Edns);
    }

    [Fact]
    public async Task WhatIsNotKnownYetIsNotDenied()
    {
        await using var starting = await RunningServer.StartAsync(RunningServer.Options(), null);
        Assert.Equal(DnsRcode.ServFail, (await starting.Client.AskAsync("web.default.svc.cluster.local", DnsType.A)).Rcode);
        Assert.Equal(DnsRcode.Refused, (await starting.Client.AskAsync("1.0.96.10.in-addr.arpa", DnsType.PTR)).Rcode);
    }

    [Fact]
    public async Task RequestsAreCounted()
    {
        await server.Client.AskAsync("web.default.svc.cluster.local", DnsType.AAAA);
        await server.Client.AskAsync("no.default.svc.cluster.local", DnsType.AAAA);
        await server.Client.TcpAsync(Client.Query(1, "web.default.svc.cluster.local", DnsType.A));
        // The last counter is raised after its response was sent.
        var text = new StringWriter();
        for (var i = 0; i < 200 && !text.ToString().Contains("{rcode=\"NOERROR\"} 2"); i++)
        {
            await Task.Yield();
            server.Server.Metrics.Write(text = new());
        }
        Assert.Contains("coredns_dns_requests_total{proto=\"udp\",type=\"AAAA\"} 2\n", text.ToString());
        Assert.Contains("coredns_dns_requests_total{proto=\"tcp\",type=\"A\"} 1\n", text.ToString());
        Assert.Contains("coredns_dns_responses_total{rcode=\"NXDOMAIN\"} 1\n", text.ToString());
    }
}
