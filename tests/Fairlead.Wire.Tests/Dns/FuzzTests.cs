using System.Diagnostics;
using Fairlead.Tests;
using Fairlead.Wire.Dns;

namespace Fairlead.Wire.Tests.Dns;

public class FuzzTests
{
    const int Seed = 20_250_601;

    /// <summary>Damaged messages are refused or read; what is read, written and read again is the same.</summary>
    [Fact]
    public void DecodeEncodeDecode()
    {
        var random = new Random(Seed);
        var started = Stopwatch.StartNew();
        var readable = 0;
        for (var round = 0; started.Elapsed < FuzzTime.Each; round++)
        {
            var message = Damaged(random);
            if (Decoded.Of(message) is not { } first || first.Encode() is not { } encoded) continue;
            readable++;
            var second = Decoded.Of(encoded);
            Assert.True(first.ToString() == second?.ToString(), $"seed {Seed}, round {round}: {Convert.ToHexString(message)}");
        }
        Assert.True(readable > 100, $"only {readable} messages could be read: the damage is too great to test anything");
    }

    /// <summary>Names of random bytes survive text.</summary>
    [Fact]
    public void NamesOfAnyBytes()
    {
        var random = new Random(Seed);
        Span<char> text = stackalloc char[DnsName.MaxTextLength];
        Span<byte> wire = stackalloc byte[DnsName.MaxWireLength];
        for (var round = 0; round < 20_000; round++)
        {
            var name = new List<byte>();
            for (var labels = random.Next(4); labels > 0; labels--)
            {
                var label = new byte[random.Next(1, 64)];
                random.NextBytes(label);
                name.Add((byte)label.Length);
                name.AddRange(label.Select(b => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b));
            }
            name.Add(0);
            Assert.True(DnsName.TryExpand(name.ToArray(), 0, text, out var length, out var end));
            Assert.Equal(name.Count, end);
            Assert.True(DnsName.TryEncode(text[..length], wire, out var wireLength));
            Assert.True(wire[..wireLength].SequenceEqual(name.ToArray()), $"seed {Seed}, round {round}");
        }
    }

    static byte[] Damaged(Random random)
    {
        if (random.Next(20) == 0)
        {
            var noise = new byte[random.Next(64)];
            random.NextBytes(noise);
            return noise;
        }
        var message = MessageTests.Sample();
        for (var n = random.Next(4); n > 0; n--)
        {
            var at = random.Next(message.Length);
            message[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)(0xc0 | random.Next(2)), _ => (byte)(message[at] ^ 1 << random.Next(8)) };
        }
        return random.Next(8) == 0 ? message[..random.Next(message.Length)] : message;
    }
}
