using Fairlead.Linux.Conntrack;
using Fairlead.Network.Addresses;

namespace Fairlead.Cli.Traces.Live;

/// <summary>An address and port.</summary>
readonly record struct FlowEnd(Address Address, int Port);

/// <summary>
/// Follows a connection through the nodes' connection tables: what one translated, the next may translate again, as when a
/// Pod asks another node for its node port.
/// </summary>
sealed class FlowChain
{
    const int MostTranslations = 4;

    readonly ILookup<(FlowEnd Source, FlowEnd Destination), (FlowEnd Source, FlowEnd Destination)> translations;

    readonly ILookup<FlowEnd, FlowEnd> destinations;
    readonly ILookup<int, (FlowEnd Source, FlowEnd Destination)> byPort;

    /// <param name="flows">Of all nodes together.</param>
    public FlowChain(IEnumerable<Flow> flows)
    {
        var all = flows.Where(f => f is { Source.Length: > 0, ReplyDestination.Length: > 0 })
            .Select(f => (Before: (Source: End(f.Source, f.SourcePort), Destination: End(f.Destination, f.DestinationPort)),
                After: (End(f.ReplyDestination, f.ReplyDestinationPort), End(f.ReplySource, f.ReplySourcePort)))).ToList();
        translations = all.Where(f => f.Before != f.After).ToLookup(f => f.Before, f => f.After);
        byPort = all.Select(f => f.Before).ToLookup(f => f.Source.Port);
        destinations = all.ToLookup(f => f.Before.Source, f => f.Before.Destination);
    }

    /// <summary>The sender of the flow that began at a port and went to one of these ends, of which only the port is known; null if there is none.</summary>
    public FlowEnd? SenderAt(int port, IReadOnlySet<FlowEnd> ends) => byPort[port].Where(f => ends.Contains(f.Destination)).Select(f => (FlowEnd?)f.Source).FirstOrDefault();

    /// <summary>Where the kernel first saw a sender's connection go, if it is not where it was sent: it was translated before it left.</summary>
    public FlowEnd? FirstSeen(FlowEnd source, FlowEnd sent) =>
        destinations[source].Contains(sent) ? null : destinations[source].Select(d => (FlowEnd?)d).FirstOrDefault();

    /// <summary>Where a connection really goes, and as from whom. A connection that nobody translated goes where it was sent.</summary>
    public (FlowEnd Source, FlowEnd Destination) Follow(FlowEnd source, FlowEnd destination)
    {
        var at = (source, destination);
        for (var i = 0; i < MostTranslations && translations.Contains(at); i++) at = translations[at].First();
        return at;
    }

    static FlowEnd End(byte[] address, int port) => new(Address.Read(address), port);
}
