using Fairlead.Network.Names;
using Fairlead.Wire.Dns;

namespace Fairlead.Dns.Cluster;

/// <summary>Renders the records of the name table for the wire.</summary>
static class RecordWriting
{
    extension(NameRecord record)
    {
        public DnsType Type => record switch
        {
            AddressRecord a => a.Address.IsIPv6 ? DnsType.AAAA : DnsType.A,
            PortRecord => DnsType.SRV,
            PointerRecord => DnsType.PTR,
            AliasRecord => DnsType.CNAME,
            TextRecord => DnsType.TXT,
            ServerRecord => DnsType.NS,
            _ => DnsType.None,
        };

        /// <summary>False if the record does not fit.</summary>
        public bool TryWrite(ref DnsWriter writer, ReadOnlySpan<char> name, uint ttl)
        {
            switch (record)
            {
                case AddressRecord r:
                    Span<byte> address = stackalloc byte[16];
                    r.Address.Write(address);
                    return writer.TryWriteAddress(name, ttl, address[..r.Address.Length]);
                case PortRecord r:
                    return writer.TryWriteService(name, ttl, PortRecord.Priority, r.Weight, r.Port, r.Target);
                case PointerRecord r:
                    return writer.TryWriteTarget(name, DnsType.PTR, ttl, r.Target);
                case AliasRecord r:
                    return writer.TryWriteTarget(name, DnsType.CNAME, ttl, r.Target);
                case ServerRecord r:
                    return writer.TryWriteTarget(name, DnsType.NS, ttl, r.Target);
                case TextRecord r:
                    return writer.TryWriteText(name, ttl, r.Value);
                default:
                    return true;
            }
        }
    }
}
