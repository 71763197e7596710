using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Netlink;

/// <summary>A policy routing rule: packets that match look the given table up.</summary>
/// <param name="Priority">Rules are asked in ascending order.</param>
/// <param name="Table">The table to look up.</param>
public sealed record RoutingRule(uint Priority, uint Table)
{
    public IPNetwork? From { get; init; }
    public IPNetwork? To { get; init; }

    /// <summary>The packet mark to match under <see cref="MarkMask"/>.</summary>
    public uint? Mark { get; init; }

    public uint MarkMask { get; init; } = uint.MaxValue;

    /// <summary>IPv6 when neither From nor To says so.</summary>
    public bool IPv6 { get; init; }
}

/// <summary>The policy routing rules of a namespace. Made by <see cref="RouteNetlink"/>.</summary>
public sealed class RuleTable
{
    const ushort New = 32, Delete = 33, Get = 34;
    const ushort To = 1, From = 2, Priority = 6, Mark = 10, Table = 15, Mask = 16;
    const byte LookUpTable = 1; // FR_ACT_TO_TBL

    readonly RouteNetlink net;

    internal RuleTable(RouteNetlink net) => this.net = net;

    public IReadOnlyList<RoutingRule> List()
    {
        var rules = new List<RoutingRule>();
        net.Dump(Get, "list routing rules", w => w.Struct(new RuleHead()), payload => rules.Add(Parse(payload)));
        return rules;
    }

    /// <summary>Adds the rule; the same rule twice is success.</summary>
    public void Ensure(RoutingRule rule)
    {
        try
        {
            Send(New, RouteNetlink.FlagCreate | RouteNetlink.FlagExclusive, rule);
        }
        catch (LinuxException e) when (e.IsExists)
        {
            // The wish is met.
        }
    }

    /// <summary>Removes the rule; one that is gone is success.</summary>
    public void Remove(RoutingRule rule)
    {
        try
        {
            Send(Delete, 0, rule);
        }
        catch (LinuxException e) when (e.IsNotFound)
        {
            // The wish is met.
        }
    }

    void Send(ushort type, ushort flags, RoutingRule rule) =>
        net.Request(type, flags, $"set routing rule {rule.Priority}", w =>
        {
            var address = rule.From?.BaseAddress ?? rule.To?.BaseAddress;
            w.Struct(new RuleHead
            {
                Family = address is null ? (rule.IPv6 ? (byte)10 : (byte)2) : RouteNetlink.Family(address),
                ToLength = (byte)(rule.To?.PrefixLength ?? 0),
                FromLength = (byte)(rule.From?.PrefixLength ?? 0),
                Table = rule.Table < 256 ? (byte)rule.Table : (byte)0,
                Action = LookUpTable,
            });
            w.UInt32(Priority, rule.Priority);
            w.UInt32(Table, rule.Table);
            if (rule.From is { } from) w.Bytes(From, from.BaseAddress.GetAddressBytes());
            if (rule.To is { } to) w.Bytes(To, to.BaseAddress.GetAddressBytes());
            if (rule.Mark is not { } mark) return;
            w.UInt32(Mark, mark);
            w.UInt32(Mask, rule.MarkMask);
        });

    static RoutingRule Parse(ReadOnlySpan<byte> payload)
    {
        var head = MemoryMarshal.Read<RuleHead>(payload);
        var rule = new RoutingRule(0, head.Table) { IPv6 = head.Family == 10 };
        var attributes = new AttributeReader(payload[12..]);
        while (attributes.TryRead(out var type, out var value))
        {
            rule = type switch
            {
                Priority => rule with { Priority = BinaryPrimitives.ReadUInt32LittleEndian(value) },
                Table => rule with { Table = BinaryPrimitives.ReadUInt32LittleEndian(value) },
                Mark => rule with { Mark = BinaryPrimitives.ReadUInt32LittleEndian(value) },
                Mask => rule with { MarkMask = BinaryPrimitives.ReadUInt32LittleEndian(value) },
                From => rule with { From = new IPNetwork(new IPAddress(value), head.FromLength) },
                To => rule with { To = new IPNetwork(new IPAddress(value), head.ToLength) },
                _ => rule,
            };
        }
        return rule;
    }

    /// <summary>struct fib_rule_hdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct RuleHead
    {
        public byte Family, ToLength, FromLength, Tos, Table, Reserved1, Reserved2, Action;
        public uint Flags;
    }
}
