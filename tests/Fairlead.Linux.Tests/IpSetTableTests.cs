using System.Net;
using Fairlead.Linux.IpSets;
using Fairlead.Wire.IpSets;

namespace Fairlead.Linux.Tests;

/// <summary>Sets in the kernel, in a network namespace of their own. Needs root.</summary>
public sealed class IpSetTableTests : IDisposable
{
    readonly ScratchNamespace scratch = new();
    readonly IpSetTable sets;

    public IpSetTableTests() => sets = scratch.Namespace.Run(() => new IpSetTable());

    public static TheoryData<string, bool> Types => new()
    {
        { "hash:ip", false }, { "hash:ip", true }, { "hash:ip,port", false }, { "hash:ip,port", true }, { "hash:net", true },
        { "hash:ip,port,net", false }, { "hash:ip,port,net", true }, { "bitmap:port", false },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void The_kernel_keeps_what_it_is_given(string type, bool ipv6)
    {
        var spec = new IpSetSpec("given", type, ipv6);
        Assert.Null(sets.TypeOf(spec.Name));
        sets.Create(spec);
        Assert.Equal(spec.Type, sets.TypeOf(spec.Name));
        Assert.Equal([spec.Name], sets.Names());

        // More than a message holds.
        var elements = Enumerable.Range(1, 2_000).Select(n => Element(spec, n)).ToHashSet();
        sets.Add(spec.Name, [.. elements]);
        Assert.True(elements.SetEquals(sets.Elements(spec.Name)));

        // What is there already, and what is gone already, is success.
        sets.Add(spec.Name, [Element(spec, 1), Element(spec, 2)]);
        sets.Remove(spec.Name, [.. elements.Skip(1)]);
        sets.Remove(spec.Name, [.. elements.Skip(1)]);
        Assert.Equal([elements.First()], sets.Elements(spec.Name));

        sets.Destroy(spec.Name);
        sets.Destroy(spec.Name);
        Assert.Empty(sets.Names());
    }

    [Fact]
    public void A_set_that_is_there_is_not_made_again()
    {
        var spec = new IpSetSpec("once", "hash:ip", false);
        sets.Create(spec);
        Assert.Throws<LinuxException>(() => sets.Create(spec));
        Assert.Throws<LinuxException>(() => sets.Elements("another"));
    }

    static IpSetElement Element(IpSetSpec spec, int n)
    {
        var (address, net) = (IPAddress.Parse(spec.IsIPv6 ? $"fd00::{n:x}" : $"10.0.{n / 250}.{n % 250 + 1}"), IPAddress.Parse(spec.IsIPv6 ? $"fd00:{n:x}::" : $"10.{n / 250}.{n % 250 + 1}.0"));
        var (width, all) = ((byte)(spec.IsIPv6 ? 48 : 24), (byte)(spec.IsIPv6 ? 128 : 32));
        return spec.Type switch
        {
            "hash:ip" => new(address),
            "hash:ip,port" => new(address, Protocol: (byte)(n % 2 == 0 ? 6 : 132), Port: (ushort)n),
            "hash:net" => new(net, width),
            "hash:ip,port,net" => new(address, Protocol: 17, Port: (ushort)n, Second: net, SecondPrefixLength: width),
            _ => new(null, Port: (ushort)n),
        };
    }

    public void Dispose()
    {
        sets.Dispose();
        scratch.Dispose();
    }
}
