using Fairlead.Wire.Dns;

namespace Fairlead.Wire.Tests.Dns;

public class NameTests
{
    static readonly string Label63 = new('a', 63);

    public static TheoryData<string, string, string> Texts => new()
    {
        { "root", "", "00" },
        { "root as a dot", ".", "00" },
        { "one label", "www", "0377777700" },
        { "last dot is allowed", "www.", "0377777700" },
        { "capitals become small when read", "WwW.A", "03577757014100" },
        { "dot inside a label", @"a\.b.c", "03612e62016300" },
        { "backslash inside a label", @"a\\b", "03615c6200" },
        { "byte by number", @"a\255\000", "0361ff0000" },
        { "longest label", Label63, "3f" + string.Concat(Enumerable.Repeat("61", 63)) + "00" },
    };

    [Theory, MemberData(nameof(Texts))]
    public void TextAndWireAgree(string row, string text, string hex)
    {
        Span<byte> wire = stackalloc byte[DnsName.MaxWireLength];
        Assert.True(DnsName.TryEncode(text, wire, out var length), row);
        Assert.Equal(hex, Convert.ToHexStringLower(wire[..length]), ignoreCase: true);
        var expected = text == "." ? "" : text.TrimEnd('.').ToLowerInvariant();
        Assert.Equal(expected, Expand(wire[..length], 0));
    }

    [Theory]
    [InlineData("empty label", "a..b")]
    [InlineData("leading dot", ".a")]
    [InlineData("label of 64", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("space", "a b")]
    [InlineData("not ASCII", "\u00e4")]
    [InlineData("escape without end", @"a\")]
    [InlineData("number too large", @"a\256")]
    [InlineData("number too short", @"a\25")]
    public void RefusesText(string row, string text) =>
        Assert.False(DnsName.TryEncode(text, stackalloc byte[DnsName.MaxWireLength], out _), row);

    [Fact]
    public void LengthEndsAt255()
    {
        var longest = $"{Label63}.{Label63}.{Label63}.{new string('a', 61)}";
        Assert.True(DnsName.TryEncode(longest, stackalloc byte[DnsName.MaxWireLength], out var length));
        Assert.Equal(255, length);
        Assert.False(DnsName.TryEncode(longest + "a", stackalloc byte[DnsName.MaxWireLength], out _));
        Assert.False(DnsName.TryEncode(longest + ".a", stackalloc byte[DnsName.MaxWireLength], out _));
    }

    [Theory]
    [InlineData("pointer back", "016100" + "0162c000", 3, "b.a")]
    [InlineData("pointer to a pointer", "016100" + "c000" + "0162c003", 5, "b.a")]
    [InlineData("pointer to itself", "c000", 0, null)]
    [InlineData("pointer forwards", "c002016100", 0, null)]
    [InlineData("two that chase each other", "0161c0020162c000", 4, null)]
    [InlineData("cut label", "056162", 0, null)]
    [InlineData("cut pointer", "016100c0", 3, null)]
    [InlineData("no end", "0161", 0, null)]
    [InlineData("reserved label type", "4161", 0, null)]
    public void FollowsPointersBackwardsOnly(string row, string hex, int offset, string? expected) =>
        Assert.True(expected == Expand(Convert.FromHexString(hex), offset), row);

    [Fact]
    public void PointersCannotMakeNamesTooLong()
    {
        // Each name is a label of 63 and a pointer to the one before.
        var message = new List<byte>();
        var previous = -1;
        for (var i = 0; i < 5; i++)
        {
            var start = message.Count;
            message.Add(63);
            message.AddRange(Enumerable.Repeat((byte)'a', 63));
            message.AddRange(previous < 0 ? [0] : [0xc0, (byte)previous]);
            previous = start > 255 ? previous : start;
            if (start > 0) Assert.Equal(i < 3, Expand([.. message], start) is not null);
        }
    }

    static string? Expand(ReadOnlySpan<byte> message, int offset)
    {
        Span<char> text = stackalloc char[DnsName.MaxTextLength];
        return DnsName.TryExpand(message, offset, text, out var length, out _) ? text[..length].ToString() : null;
    }
}
