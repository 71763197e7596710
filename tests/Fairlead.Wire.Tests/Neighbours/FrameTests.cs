using System.Buffers.Binary;
using System.Net;
using Fairlead.Wire.Neighbours;

namespace Fairlead.Wire.Tests.Neighbours;

/// <summary>Frames byte for byte as on the wire, and what becomes of any other bytes.</summary>
public class FrameTests
{
    static readonly MacAddress Mine = new(0x020000000001), Yours = new(0x0200000000aa);

    static uint V4(string address) => BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());
    static UInt128 V6(string address) => BinaryPrimitives.ReadUInt128BigEndian(IPAddress.Parse(address).GetAddressBytes());

    static byte[] Bytes(ArpFrame frame)
    {
        var bytes = new byte[ArpFrame.Size];
        frame.Write(bytes);
        return bytes;
    }

    static byte[] Bytes(NeighbourFrame frame)
    {
        var bytes = new byte[NeighbourFrame.MaxSize];
        return bytes[..frame.Write(bytes)];
    }

    // As tcpdump shows what the kernel of Linux asks: who has 192.0.2.200, tell 192.0.2.9.
    const string Request = "ffffffffffff0200000000aa0806000108000604000102 00000000aac0000209000000000000c00002c8";

    // The kernel's own question for 2001:db8::c8 by 2001:db8::9, checksum and all.
    const string Solicitation = "3333ff0000c80200000000aa86dd6000000000203aff20010db8000000000000000000000009ff0200000000000000000001ff0000c8870019ea0000000020010db80000000000000000000000c80101 0200000000aa";

    static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", ""));

    [Fact]
    public void A_request_and_its_answer()
    {
        Assert.True(ArpFrame.TryRead(Hex(Request), out var request));
        Assert.Equal(new(MacAddress.Broadcast, Yours, ArpOperation.Request, Yours, V4("192.0.2.9"), MacAddress.None, V4("192.0.2.200")), request);
        Assert.False(request.IsGratuitous);
        Assert.Equal(Hex(Request), Bytes(request));
        Assert.Equal("0200000000aa020000000001080600010800060400020200000000 01c00002c8 0200000000aac0000209".Replace(" ", ""), Convert.ToHexStringLower(Bytes(request.Answer(Mine))));
    }

    [Fact]
    public void Gratuitous_messages_ask_nobody()
    {
        var request = ArpFrame.Gratuitous(V4("192.0.2.200"), Mine, ArpOperation.Request);
        Assert.Equal("ffffffffffff0200000000010806000108000604000102000000 0001c00002c8000000000000c00002c8".Replace(" ", ""), Convert.ToHexStringLower(Bytes(request)));
        Assert.True(request.IsGratuitous);
        Assert.Equal(MacAddress.Broadcast, ArpFrame.Gratuitous(1, Mine, ArpOperation.Reply).TargetMac);
    }

    [Fact]
    public void A_solicitation_and_its_answer()
    {
        Assert.True(NeighbourFrame.TryRead(Hex(Solicitation), out var question));
        Assert.Equal(new(new(0x3333ff0000c8), Yours, V6("2001:db8::9"), V6("ff02::1:ff00:c8"), NeighbourMessage.Solicitation, NeighbourFlags.None, V6("2001:db8::c8"), Yours), question);
        Assert.Equal(Hex(Solicitation), Bytes(question));
        var answer = question.Answer(Mine);
        Assert.Equal((Yours, V6("2001:db8::c8"), V6("2001:db8::9"), NeighbourFlags.Solicited | NeighbourFlags.Override, (MacAddress?)Mine),
            (answer.Destination, answer.From, answer.To, answer.Flags, answer.LinkLayer));
        Assert.True(NeighbourFrame.TryRead(Bytes(answer), out var read));
        Assert.Equal(answer, read);
        // One without a source asks whether the address is free: all are told.
        Assert.Equal(NeighbourFrame.Unsolicited(V6("2001:db8::c8"), Mine), (question with { From = 0, LinkLayer = null }).Answer(Mine));
    }

    [Theory]
    [InlineData("a broken checksum", 57, 0xff)]
    [InlineData("it came from afar", 21, 64)]
    [InlineData("another next header", 20, 6)]
    [InlineData("an option of no length", 79, 0)]
    [InlineData("an option that is too long", 79, 2)]
    [InlineData("a code", 55, 1)]
    public void Invalid_solicitations_are_none(string name, int at, byte value)
    {
        var bytes = Hex(Solicitation);
        bytes[at] = value;
        Assert.False(NeighbourFrame.TryRead(bytes, out _), name);
    }

    [Fact]
    public void What_is_written_is_read_again_the_same()
    {
        var random = new Random(7);
        UInt128 Number() => new((ulong)random.NextInt64(), (ulong)random.NextInt64());
        MacAddress Mac() => new((ulong)random.NextInt64() & 0xffffffffffff);
        for (var i = 0; i < 5000; i++)
        {
            var arp = new ArpFrame(Mac(), Mac(), (ArpOperation)random.Next(1, 3), Mac(), (uint)random.NextInt64(), Mac(), (uint)random.NextInt64());
            Assert.True(ArpFrame.TryRead(Bytes(arp), out var arpRead) && arpRead == arp);
            var message = random.Next(2) == 0 ? NeighbourMessage.Solicitation : NeighbourMessage.Advertisement;
            var flags = message == NeighbourMessage.Solicitation ? NeighbourFlags.None : (NeighbourFlags)(random.Next(8) << 5);
            var frame = new NeighbourFrame(Mac(), Mac(), Number(), Number(), message, flags, Number() >> 1, random.Next(2) == 0 ? null : Mac());
            Assert.True(NeighbourFrame.TryRead(Bytes(frame), out var read) && read == frame, $"{i}");
        }
    }

    /// <summary>Any bytes are read or refused; what is read can be written and read again.</summary>
    [Fact]
    public void No_bytes_do_harm()
    {
        var random = new Random(8);
        byte[][] seeds = [Hex(Request), Hex(Solicitation), Bytes(NeighbourFrame.Unsolicited(V6("2001:db8::1"), Mine))];
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = (byte[])seeds[random.Next(seeds.Length)].Clone();
            for (var n = random.Next(4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) Array.Resize(ref bytes, random.Next(bytes.Length + 40));
            if (ArpFrame.TryRead(bytes, out var arp)) Assert.True(ArpFrame.TryRead(Bytes(arp), out var again) && again == arp);
            if (NeighbourFrame.TryRead(bytes, out var frame)) Assert.True(NeighbourFrame.TryRead(Bytes(frame), out var again) && again == frame);
        }
    }
}
