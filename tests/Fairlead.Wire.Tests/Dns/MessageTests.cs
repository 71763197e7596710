using Fairlead.Wire.Dns;

namespace Fairlead.Wire.Tests.Dns;

public class MessageTests
{
    [Fact]
    public void WritesEveryRecordThatItReads()
    {
        var message = Sample();
        var decoded = Decoded.Of(message)!;
        Assert.Equal(new DnsHeader(0x1234, 0x8583, 1, 4, 2, 3), decoded.Header);
        Assert.Equal(DnsRcode.NXDomain, decoded.Header.Rcode);
        Assert.Equal(DnsFlags.Response | DnsFlags.Authoritative | DnsFlags.RecursionDesired | DnsFlags.RecursionAvailable, decoded.Header.Flags);
        Assert.Equal(["web.default.svc.cluster.local 1 1"], decoded.Questions);
        Assert.Equal(
        [
            new("web.default.svc.cluster.local", DnsType.A, DnsClass.IN, 5, null, "0a600001"),
            new("web.default.svc.cluster.local", DnsType.AAAA, DnsClass.IN, 5, null, "fd000000000000000000000000000001"),
            new("web.default.svc.cluster.local", DnsType.CNAME, DnsClass.IN, 7, "www.example.com", ""),
            new("_http._tcp.web.default.svc.cluster.local", DnsType.SRV, DnsClass.IN, 5, "web.default.svc.cluster.local", "000000640050"),
            new("cluster.local", DnsType.NS, DnsClass.IN, 5, "ns.dns.cluster.local", ""),
        ], decoded.Records.Take(5));
        Assert.Equal("05312e312e30", decoded.Records[6].Data);
        Assert.Equal(new("1.0.96.10.in-addr.arpa", DnsType.PTR, DnsClass.IN, 5, "web.default.svc.cluster.local", ""), decoded.Records[7]);
        Assert.Equal(new("", DnsType.OPT, (DnsClass)1232, 0x8000, null, ""), decoded.Records[8]);
    }

    [Fact]
    public void ReadsTheNumbersOfStartOfAuthority()
    {
        var message = Sample();
        var reader = new DnsReader(message);
        reader.TryReadHeader(out _);
        reader.TryReadQuestion(out _);
        while (reader.TryReadRecord(out var record))
        {
            if (record.Type != DnsType.SOA) continue;
            Assert.True(reader.TryReadStart(record, out var start));
            Assert.Equal(new DnsStartOfAuthority(9, 7200, 1800, 86400, 5), start);
            return;
        }
        Assert.Fail("no SOA");
    }

    [Fact]
    public void NamesAreCompressed()
    {
        var buffer = new byte[512];
        var writer = new DnsWriter(buffer);
        Assert.True(writer.TryWriteQuestion("a.example.com", DnsType.A, DnsClass.IN));
        var question = writer.Length;
        Assert.True(writer.TryWriteAddress("A.Example.COM", 1, [1, 2, 3, 4]));
        Assert.Equal(question + 2 + 10 + 4, writer.Length);
        var before = writer.Length;
        Assert.True(writer.TryWriteTarget("b.example.com", DnsType.CNAME, 1, "c.b.example.com"));
        Assert.Equal(before + 4 + 10 + 4, writer.Length);
    }

    [Fact]
    public void ServiceTargetsAreNot()
    {
        var writer = new DnsWriter(new byte[512]);
        Assert.True(writer.TryWriteQuestion("a.b", DnsType.SRV, DnsClass.IN));
        var before = writer.Length;
        Assert.True(writer.TryWriteService("a.b", 1, 0, 100, 80, "a.b"));
        Assert.Equal(before + 2 + 10 + 6 + 5, writer.Length);
    }

    [Fact]
    public void WhatDoesNotFitLeavesNoTrace()
    {
        var whole = Sample();
        for (var limit = DnsHeader.Size; limit < whole.Length; limit++)
        {
            var buffer = new byte[limit];
            var writer = new DnsWriter(buffer);
            writer.TryWriteQuestion("web.default.svc.cluster.local", DnsType.A, DnsClass.IN);
            writer.TryWriteAddress("web.default.svc.cluster.local", 5, [10, 96, 0, 1]);
            writer.TryWriteTarget("web.default.svc.cluster.local", DnsType.CNAME, 7, "www.example.com");
            writer.TryWriteService("_http._tcp.web.default.svc.cluster.local", 5, 0, 100, 80, "web.default.svc.cluster.local");
            writer.TryWriteAddress("www.example.com", 5, [10, 96, 0, 1]);
            var length = writer.Finish(1, DnsFlags.Response, DnsOpcode.Query, DnsRcode.NoError);
            Assert.NotNull(Decoded.Of(buffer.AsSpan(0, length)));
        }
    }

    [Fact]
    public void QuestionIsCopiedWithItsCase()
    {
        var buffer = new byte[64];
        var writer = new DnsWriter(buffer);
        byte[] question = [3, (byte)'w', (byte)'W', (byte)'w', 0, 0, 1, 0, 1];
        Assert.True(writer.TryCopyQuestion(question));
        Assert.False(writer.TryCopyQuestion([0xc0, 12, 0, 1, 0, 1]));
        Assert.False(writer.TryCopyQuestion([1, (byte)'a', 0xc0, 12, 0, 1, 0, 1]));
        Assert.False(writer.TryCopyQuestion([1, (byte)'a', 0, 0, 1, 0, 1, 0]));
        Assert.True(writer.TryWriteAddress("www", 1, [1, 2, 3, 4]));
        Assert.Equal(DnsHeader.Size + 9 + 2 + 10 + 4, writer.Finish(1, 0, 0, 0));
        Assert.Equal(question, buffer[12..21]);
    }

    [Fact]
    public void EveryCutOfAMessageIsRefused()
    {
        var whole = Sample();
        for (var length = 0; length < whole.Length; length++) Assert.Null(Decoded.Of(whole.AsSpan(0, length)));
    }

    [Fact]
    public void EdnsIsReadBack()
    {
        var edns = new DnsEdns(4096, 1, 2, true);
        var buffer = new byte[64];
        var writer = new DnsWriter(buffer) { Section = DnsSection.Additional };
        Assert.True(writer.TryWriteEdns(edns));
        Assert.Equal(DnsHeader.Size + DnsEdns.RecordSize, writer.Finish(1, 0, 0, 0));
        var reader = new DnsReader(buffer);
        reader.TryReadHeader(out _);
        Assert.True(reader.TryReadRecord(out var record));
        Assert.Equal(edns, DnsEdns.Of(record));
    }

    /// <summary>A message with a record of every type that has a method.</summary>
    public static byte[] Sample()
    {
        var buffer = new byte[1232];
        var writer = new DnsWriter(buffer);
        const string Web = "web.default.svc.cluster.local";
        var all = writer.TryWriteQuestion(Web, DnsType.A, DnsClass.IN)
            & writer.TryWriteAddress(Web, 5, [10, 96, 0, 1])
            & writer.TryWriteAddress(Web, 5, Convert.FromHexString("fd000000000000000000000000000001"))
            & writer.TryWriteTarget(Web, DnsType.CNAME, 7, "www.example.com")
            & writer.TryWriteService("_http._tcp." + Web, 5, 0, 100, 80, Web);
        writer.Section = DnsSection.Authority;
        all &= writer.TryWriteTarget("cluster.local", DnsType.NS, 5, "ns.dns.cluster.local")
            & writer.TryWriteStart("cluster.local", 5, "ns.dns.cluster.local", "hostmaster.cluster.local", new(9, 7200, 1800, 86400, 5));
        writer.Section = DnsSection.Additional;
        all &= writer.TryWriteText("dns-version.cluster.local", 5, "1.1.0")
            & writer.TryWriteTarget("1.0.96.10.in-addr.arpa", DnsType.PTR, 5, Web)
            & writer.TryWriteEdns(new(1232, 0, 0, true));
        Assert.True(all);
        var flags = DnsFlags.Response | DnsFlags.Authoritative | DnsFlags.RecursionDesired | DnsFlags.RecursionAvailable;
        return buffer[..writer.Finish(0x1234, flags, DnsOpcode.Query, DnsRcode.NXDomain)];
    }
}
