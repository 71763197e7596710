using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Tests;

/// <summary>Questions about the rest of the world, forwarded to servers of the test.</summary>
public sealed class ForwardTests
{
    static readonly byte[] Address = [192, 0, 2, 1];

    static DnsRcode? World(string name, DnsType type, bool overTcp, ref DnsWriter writer)
    {
        switch (name)
        {
            case "www.example.com" when type == DnsType.A:
                writer.TryWriteAddress(name, 300, Address);
                return DnsRcode.NoError;
            case "short.example.com":
                writer.TryWriteAddress(name, 2, Address);
                return DnsRcode.NoError;
            case "alias.example.com":
                writer.TryWriteTarget(name, DnsType.CNAME, 60, "www.example.com");
                writer.TryWriteAddress("www.example.com", 300, Address);
                return DnsRcode.NoError;
            case "large.example.com":
                for (byte i = 0; i < 200; i++) writer.TryWriteAddress(name, 60, [192, 0, 2, i]);
                return DnsRcode.NoError;
            case "silent.example.com":
                return null;
            case "broken.example.com":
                return DnsRcode.ServFail;
        }
        writer.Section = DnsSection.Authority;
        writer.TryWriteStart("example.com", 3600, "ns.example.com", "root.example.com", new(1, 2, 3, 4, 10));
        return name == "www.example.com" ? DnsRcode.NoError : DnsRcode.NXDomain;
    }

    [Fact]
    public async Task AnswersAreRelayedAndKept()
    {
        using var upstream = new TestUpstream(World);
        var time = new HandTime();
        await using var server = await RunningServer.StartAsync(RunningServer.Options(upstream.Address) with { Time = time }, TestNames.Table);

        var first = await server.Client.AskAsync("www.example.com", DnsType.A);
        Assert.Equal(["www.example.com 30 A 192.0.2.1"], first.Answers);
        Assert.False(first.Has(DnsFlags.Authoritative));
        Assert.Null(first.Edns);

        time.Advance(TimeSpan.FromSeconds(12));
        var second = await server.Client.AskAsync("WWW.example.com", DnsType.A, new(1232, 0, 0, false));
        Assert.Equal(["www.example.com 18 A 192.0.2.1"], second.Answers);
        Assert.NotNull(second.Edns);
        Assert.Equal(1, upstream.Questions);

        time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(["www.example.com 30 A 192.0.2.1"], (await server.Client.AskAsync("www.example.com", DnsType.A)).Answers);
        Assert.Equal(2, upstream.Questions);
        Assert.Equal((1, 2), (server.Server.Metrics.CacheHits, server.Server.Metrics.CacheMisses));
    }

    [Theory]
    [InlineData("no such name", "none.example.com", DnsType.A, DnsRcode.NXDomain, 9, 11)]
    [InlineData("no such type", "www.example.com", DnsType.AAAA, DnsRcode.NoError, 9, 11)]
    [InlineData("short-lived", "short.example.com", DnsType.A, DnsRcode.NoError, 1, 3)]
    public async Task IsKeptAsLongAsItMay(string row, string name, DnsType type, DnsRcode rcode, int still, int gone)
    {
        using var upstream = new TestUpstream(World);
        var time = new HandTime();
        await using var server = await RunningServer.StartAsync(RunningServer.Options(upstream.Address) with { Time = time }, TestNames.Table);
        Assert.Equal(rcode, (await server.Client.AskAsync(name, type)).Rcode);
        time.Advance(TimeSpan.FromSeconds(still));
        Assert.Equal(rcode, (await server.Client.AskAsync(name, type)).Rcode);
        Assert.True(upstream.Questions == 1, row);
        time.Advance(TimeSpan.FromSeconds(gone - still));
        await server.Client.AskAsync(name, type);
        Assert.True(upstream.Questions == 2, row);
    }

    [Fact]
    public async Task CacheIsBounded()
    {
        using var upstream = new TestUpstream(World);
        await using var server = await RunningServer.StartAsync(RunningServer.Options(upstream.Address) with { CacheEntries = 8 }, TestNames.Table);
        for (var i = 0; i < 40; i++) await server.Client.AskAsync($"n{i}.example.com", DnsType.A);
        var before = upstream.Questions;
        for (var i = 0; i < 40; i++) await server.Client.AskAsync($"n{i}.example.com", DnsType.A);
        Assert.InRange(upstream.Questions - before, 40 - 8, 40);
    }

    [Fact]
    public async Task FailuresAreNotKept()
    {
        using var upstream = new TestUpstream(World);
        await using var server = await RunningServer.StartAsync(RunningServer.Options(upstream.Address), TestNames.Table);
        Assert.Equal(DnsRcode.ServFail, (await server.Client.AskAsync("broken.example.com", DnsType.A)).Rcode);
        Assert.Equal(1, upstream.Questions);
        Assert.Equal(DnsRcode.ServFail, (await server.Client.AskAsync("broken.example.com", DnsType.A)).Rcode);
        Assert.Equal(2, upstream.Questions);
    }

    [Fact]
    public async Task WhatIsTooLongForUdpIsFetchedOverTcp()
    {
        using var upstream = new TestUpstream(World);
        await using var server = await RunningServer.StartAsync(RunningServer.Options(upstream.Address), TestNames.Table);
        var udp = await server.Client.AskAsync("large.example.com", DnsType.A);
        Assert.True(udp.Has(DnsFlags.Truncated));
        Assert.InRange(udp.Length, 1, 512);
        var tcp = await server.Client.TcpAsync(Client.Query(1, "large.example.com", DnsType.A));
        Assert.Equal((200, false), (tcp[0].Answers.Length, tcp[0].Has(DnsFlags.Truncated)));
        // By UDP, by TCP, and the second time from the cache.
        Assert.Equal(2, upstream.Questions);
    }

    [Fact]
    public async Task ForgedAnswersAreNotTaken()
    {
        using var upstream = new TestUpstream(World) { Forges = true };
        await using var server = await RunningServer.StartAsync(RunningServer.Options(upstream.Address), TestNames.Table);
        Assert.Equal(["A 192.0.2.1"], (await server.Client.AskAsync("www.example.com", DnsType.A)).Answers.Select(a => a[^11..]));
    }

    [Fact]
    public async Task ExternalNameIsFollowed()
    {
        using var upstream = new TestUpstream(World);
        await using var server = await RunningServer.StartAsync(RunningServer.Options(upstream.Address), TestNames.Table);
        var answer = await server.Client.AskAsync("away.default.svc.cluster.local", DnsType.A);
        Assert.Equal(["away.default.svc.cluster.local 5 CNAME www.example.com", "www.example.com 30 A 192.0.2.1"], answer.Answers);
    }

    [Fact]
    public async Task ReverseNamesOfOthersAreForwarded()
    {
        using var upstream = new TestUpstream(World);
        await using var server = await RunningServer.StartAsync(RunningServer.Options(upstream.Address), TestNames.Table);
        Assert.Equal(DnsRcode.NXDomain, (await server.Client.AskAsync("8.8.8.8.in-addr.arpa", DnsType.PTR)).Rcode);
        Assert.Equal(1, upstream.Questions);
    }

    [Fact]
    public async Task TheNextServerIsAskedAndKeptTo()
    {
        using var upstream = new TestUpstream(World);
        await using var server = await RunningServer.StartAsync(RunningServer.Options(RunningServer.Nobody(), upstream.Address), TestNames.Table);
        for (var i = 0; i < 5; i++) Assert.Equal(DnsRcode.NXDomain, (await server.Client.AskAsync($"n{i}.example.com", DnsType.A)).Rcode);
        Assert.Equal(5, upstream.Questions);
        Assert.InRange(server.Server.Metrics.ForwardFailures, 0, 2);
    }

    [Fact]
    public async Task WithoutAnyServerTheClientIsToldAtOnce()
    {
        using var silent = new TestUpstream(World);
        var options = RunningServer.Options(RunningServer.Nobody(), silent.Address) with { UpstreamTimeout = TimeSpan.FromMilliseconds(300) };
        await using var server = await RunningServer.StartAsync(options, TestNames.Table);
        var watch = Stopwatch.StartNew();
        Assert.Equal(DnsRcode.ServFail, (await server.Client.AskAsync("silent.example.com", DnsType.A)).Rcode);
        var tries = server.Server.Metrics.Forwards;
        Assert.Equal(DnsRcode.ServFail, (await server.Client.AskAsync("silent.example.com", DnsType.A)).Rcode);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(tries, 2, 3);
    }

    [Fact]
    public async Task ItselfIsNoUpstream()
    {
        var lines = new List<string>();
        var port = RunningServer.Nobody();
        var options = RunningServer.Options(port) with { Listen = [port], Log = lines.Add };
        await using var server = await RunningServer.StartAsync(options, TestNames.Table);
        Assert.Equal(DnsRcode.Refused, (await server.Client.AskAsync("www.example.com", DnsType.A)).Rcode);
        Assert.Contains(lines, l => l.Contains("this server itself"));
    }

    [Fact]
    public async Task LoopsThroughOthersAreFound()
    {
        using var relay = new Relay();
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var own = RunningServer.Nobody();
        relay.Start(own);
        var options = RunningServer.Options(relay.Address) with { Listen = [own], Log = line => found.TrySetResult(line) };
        await using var server = await RunningServer.StartAsync(options, TestNames.Table);
        Assert.Contains("sends our own questions back", await found.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(DnsRcode.ServFail, (await server.Client.AskAsync("www.example.com", DnsType.A)).Rcode);
        Assert.Equal(0, server.Server.Metrics.Forwards);
    }

    sealed class HandTime : TimeProvider
    {
        long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref now);

        public void Advance(TimeSpan by) => Interlocked.Add(ref now, by.Ticks);
    }

    /// <summary>A server that knows nothing and hands every question on.</summary>
    sealed class Relay : IDisposable
    {
        readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        public Relay() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        public IPEndPoint Address => (IPEndPoint)socket.LocalEndPoint!;

        public void Start(IPEndPoint to) => _ = Task.Run(async () =>
        {
            var buffer = new byte[4096];
            try
            {
                while (true)
                {
                    var length = await socket.ReceiveAsync(buffer);
                    using var onward = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                    await onward.SendToAsync(buffer.AsMemory(0, length), to);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
        });

        public void Dispose() => socket.Dispose();
    }
}
