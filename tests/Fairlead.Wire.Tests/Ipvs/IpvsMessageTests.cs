using System.Net;
using Fairlead.Wire.Ipvs;
using Fairlead.Wire.Netlink;

namespace Fairlead.Wire.Tests.Ipvs;

/// <summary>Virtual services and destinations byte for byte, there and back, and what becomes of any other bytes.</summary>
public class IpvsMessageTests
{
    const int Seed = 20_260_601;

    static readonly VirtualServiceKey Web = new(IPAddress.Parse("10.96.0.1"), 6, 443);

    static byte[] Written(Action<NetlinkWriter> write)
    {
        var writer = new NetlinkWriter();
        write(writer);
        return writer.Written.ToArray();
    }

    [Fact]
    public void A_key_as_the_kernel_is_asked_for_it()
    {
        // The nest; family 2; protocol 6; the address, in 16 bytes; port 443 in network order.
        const string expected = "300001800600010002000000060002000600000014000300 0a600001000000000000000000000000 0600040001bb0000";
        Assert.Equal(expected.Replace(" ", ""), Convert.ToHexStringLower(Written(w => IpvsMessages.Write(w, Web))));
    }

    [Fact]
    public void A_destination_that_is_to_be_found_has_no_weight()
    {
        var destination = new Destination(IPAddress.Parse("fd00::2"), 8080, 3);
        const string expected = "280002801400 0100 fd000000000000000000000000000002 060002001f900000 06000b000a000000";
        Assert.Equal(expected.Replace(" ", ""), Convert.ToHexStringLower(Written(w => IpvsMessages.Write(w, destination, keyOnly: true))));
    }

    [Fact]
    public void Services_come_back_as_they_were_written()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 2_000; round++)
        {
            var service = Service(random);
            Assert.Equal(service, IpvsMessages.ReadService(Written(w => IpvsMessages.Write(w, service))));
        }
    }

    [Fact]
    public void Destinations_come_back_as_they_were_written()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 2_000; round++)
        {
            var destination = new Destination(Address(random), (ushort)random.Next(65536), random.Next(1000))
            {
                Forwarding = (ForwardingMethod)random.Next(4), UpperThreshold = random.Next(100), LowerThreshold = random.Next(100),
            };
            // The message says its family itself.
            Assert.Equal(destination, IpvsMessages.ReadDestination(Written(w => IpvsMessages.Write(w, destination)), ipv6: random.Next(2) == 0));
        }
    }

    [Fact]
    public void Timeouts_come_back_as_they_were_written()
    {
        var timeouts = new ConnectionTimeouts(TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(7));
        Assert.Equal(timeouts, IpvsMessages.ReadTimeouts(Written(w => IpvsMessages.Write(w, timeouts))));
        Assert.Equal(default, IpvsMessages.ReadTimeouts([]));
    }

    /// <summary>Damaged messages are refused or read as some service, and what is read can be written and read again.</summary>
    [Fact]
    public void Damage_is_survived()
    {
        var random = new Random(Seed);
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Written(w => IpvsMessages.Write(w, Service(random)));
            for (var damages = random.Next(1, 4); damages > 0; damages--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(2) == 0) bytes = bytes[..random.Next(bytes.Length + 1)];
            _ = IpvsMessages.ReadDestination(bytes, ipv6: true);
            _ = IpvsMessages.ReadTimeouts(bytes);
            if (IpvsMessages.ReadService(bytes) is not { Scheduler.Length: > 0 } service) continue;
            read++;
            Assert.Equal(service.Key.Port, IpvsMessages.ReadService(Written(w => IpvsMessages.Write(w, service with { PrefixLength = 32 })))?.Key.Port);
        }
        Assert.True(read > 1_000, $"only {read} messages could be read: the damage is too great to test anything");
    }

    [Theory]
    [InlineData("-A -t 10.96.0.1:443 -s rr", "rr", VirtualServiceOptions.None, 0)]
    [InlineData("-A -t 10.96.0.1:443 -s wlc -p 600", "wlc", VirtualServiceOptions.Persistent, 600)]
    [InlineData("-A -t 10.96.0.1:443 -s sh -b sh-fallback", "sh", VirtualServiceOptions.Scheduler1, 0)]
    [InlineData("-A -t 10.96.0.1:443 -s mh -b mh-fallback,mh-port", "mh", VirtualServiceOptions.Scheduler1 | VirtualServiceOptions.Scheduler2, 0)]
    public void Services_read_as_ipvsadm_prints_them(string text, string scheduler, VirtualServiceOptions options, int seconds) =>
        Assert.Equal(text, new VirtualService(Web, scheduler) { Options = options, Timeout = TimeSpan.FromSeconds(seconds) }.ToString());

    static VirtualService Service(Random random)
    {
        var key = random.Next(8) == 0
            ? VirtualServiceKey.OfMark((uint)random.Next(1, int.MaxValue), random.Next(2) == 0)
            : new(Address(random), new byte[] { 6, 17, 132 }[random.Next(3)], (ushort)random.Next(65536));
        return new(key, new[] { "rr", "wlc", "sh" }[random.Next(3)])
        {
            Options = (VirtualServiceOptions)random.Next(64) & ~VirtualServiceOptions.Hashed,
            Timeout = TimeSpan.FromSeconds(random.Next(100_000)),
            PrefixLength = random.Next(1, key.IsIPv6 ? 129 : 33),
        };
    }

    static IPAddress Address(Random random)
    {
        var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(bytes);
        return new(bytes);
    }
}
