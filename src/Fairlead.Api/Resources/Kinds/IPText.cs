using System.Globalization;
using System.Net;
using Fairlead.Api.Errors;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Addresses in fields: only the usual written forms, IPv4 as four decimal numbers without leading zeros.</summary>
public static class IPText
{
    /// <summary>Reads an address; null if the text is none. Scoped IPv6 addresses are none.</summary>
    public static IPAddress? Parse(string text)
    {
        if (!IPAddress.TryParse(text, out var ip) || text.Contains('%', StringComparison.Ordinal) || text.Contains('[', StringComparison.Ordinal)) return null;
        return !IsV6(text) && ip.ToString() != text ? null : ip;
    }

    /// <summary>The one form of an address: four decimal numbers, or as RFC 5952 writes it.</summary>
    public static string Canonical(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (bytes.Length == 4 || address.IsIPv4MappedToIPv6) return address.ToString();
        var groups = Enumerable.Range(0, 8).Select(i => bytes[2 * i] << 8 | bytes[2 * i + 1]).ToArray();
        var (start, length) = LongestZeros(groups);
        // The framework writes some addresses with four decimal numbers at the end, which is another text for the same address.
        string Text(int from, int to) => string.Join(':', groups[from..to].Select(g => g.ToString("x", CultureInfo.InvariantCulture)));
        return length < 2 ? Text(0, 8) : $"{Text(0, start)}::{Text(start + length, 8)}";
    }

    /// <summary>The first address of the range that an address is in.</summary>
    public static IPAddress Masked(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++) bytes[i] &= (byte)(0xff00 >> Math.Clamp(prefixLength - 8 * i, 0, 8));
        return new(bytes);
    }

    static (int Start, int Length) LongestZeros(int[] groups)
    {
        var best = (Start: 0, Length: 0);
        for (var i = 0; i < groups.Length; i++)
        {
            var length = groups.Skip(i).TakeWhile(g => g == 0).Count();
            if (length > best.Length) best = (i, length);
        }
        return best;
    }

    /// <summary>The family of a text that is an address.</summary>
    public static bool IsV6(string address) => address.Contains(':', StringComparison.Ordinal);

    /// <summary>What is wrong with a text that should be an address; null if nothing is.</summary>
    public static string? Wrong(string text) => Parse(text) is null ? "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)" : null;

    /// <summary>Adds an error if the text is no address.</summary>
    public static void Validate(string text, string path, FieldErrors errors)
    {
        if (Wrong(text) is { } wrong) errors.Invalid(path, text, wrong);
    }

    /// <summary>Adds an error if the address can belong to no endpoint: unspecified, loopback, link-local.</summary>
    public static void ValidateEndpoint(string text, string path, FieldErrors errors)
    {
        if (Parse(text) is not { } ip)
        {
            Validate(text, path, errors);
            return;
        }
        var v4 = IsV6(text) ? null : ip.GetAddressBytes();
        if (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)) errors.Invalid(path, text, $"may not be unspecified ({text})");
        if (IPAddress.IsLoopback(ip)) errors.Invalid(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        if (v4 is [169, 254, ..] || ip.IsIPv6LinkLocal) errors.Invalid(path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        if (v4 is [224, 0, 0, _] || text.StartsWith("ff02:", StringComparison.OrdinalIgnoreCase))
            errors.Invalid(path, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
}
