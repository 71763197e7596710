using System.Net;
using Fairlead.Wire.IpSets;
using Fairlead.Wire.Netlink;

namespace Fairlead.Wire.Tests.IpSets;

/// <summary>Elements of sets byte for byte, there and back, and what becomes of any other bytes.</summary>
public class IpSetMessageTests
{
    const int Seed = 20_260_601;

    static byte[] Written(string set, params IpSetElement[] elements)
    {
        var writer = new NetlinkWriter();
        IpSetMessages.WriteElements(writer, set, elements);
        return writer.Written.ToArray();
    }

    static List<IpSetElement> Read(byte[] bytes, out string name)
    {
        var elements = new List<IpSetElement>();
        name = IpSetMessages.ReadSet(bytes, elements).Name;
        return elements;
    }

    [Fact]
    public void An_element_as_ipset_sends_it()
    {
        // Protocol version 6; the name; line 0; the elements, the element: address (in a nest, network order), port, protocol.
        const string expected = "0500010006000000 0600020073000000 0800094000000000 24000880 20000780 0c000180 080001400a600001 0600044000500000 0500070006000000";
        Assert.Equal(expected.Replace(" ", ""), Convert.ToHexStringLower(Written("s", new IpSetElement(IPAddress.Parse("10.96.0.1"), Protocol: 6, Port: 80))));
    }

    [Fact]
    public void Elements_come_back_as_they_were_written()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 1_000; round++)
        {
            IpSetElement[] elements = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Element(random))];
            Assert.Equal(elements, Read(Written("some-set", elements), out var name));
            Assert.Equal("some-set", name);
        }
    }

    [Fact]
    public void Damage_is_survived()
    {
        var random = new Random(Seed);
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Written("some-set", Element(random), Element(random));
            for (var damages = random.Next(1, 4); damages > 0; damages--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(2) == 0) bytes = bytes[..random.Next(bytes.Length + 1)];
            _ = IpSetMessages.ReadRevision(bytes);
            read += Read(bytes, out _).Count;
        }
        Assert.True(read > 1_000, $"only {read} elements could be read: the damage is too great to test anything");
    }

    public static TheoryData<string, IpSetElement> Words => new()
    {
        { "10.96.0.1,tcp:443", new(IPAddress.Parse("10.96.0.1"), Protocol: 6, Port: 443) },
        { "fd00:96::1,sctp:7", new(IPAddress.Parse("fd00:96::1"), Protocol: 132, Port: 7) },
        { "10.244.0.0/16", new(IPAddress.Parse("10.244.0.0"), 16) },
        { "30080", new(null, Port: 30080) },
        { "10.244.1.11,10.244.1.11", new(IPAddress.Parse("10.244.1.11"), 32, Second: IPAddress.Parse("10.244.1.11"), SecondPrefixLength: 32) },
        { "203.0.113.5,udp:53,198.51.100.0/24", new(IPAddress.Parse("203.0.113.5"), Protocol: 17, Port: 53, Second: IPAddress.Parse("198.51.100.0"), SecondPrefixLength: 24) },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void Elements_read_as_ipset_prints_them(string text, IpSetElement element) => Assert.Equal(text, element.ToString());

    static IpSetElement Element(Random random)
    {
        byte? Number(int below) => random.Next(2) == 0 ? (byte)random.Next(below) : null;
        return new(Address(random), Number(33), Number(256), random.Next(2) == 0 ? (ushort)random.Next(65536) : null, Address(random), Number(129));
    }

    static IPAddress? Address(Random random)
    {
        if (random.Next(4) == 0) return null;
        var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(bytes);
        return new(bytes);
    }
}
