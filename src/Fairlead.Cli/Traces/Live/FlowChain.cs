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

    /// <param name="flows">Of all nodes together.</param>
    public FlowChain(IEnumerable<Flow> flows) => translations = flows
        .Where(f => f is { Source.Length: > 0, ReplyDestination.Length: > 0 })
        .Select(f => (Before: (End(f.Source, f.SourcePort), End(f.Destination, f.DestinationPort)), After: (End(f.ReplyDestination, f.ReplyDestinationPort), End(f.ReplySource, f.ReplySourcePort))))
        .Where(f => f.Before != f.After).ToLookup(f => f.Before, f => f.After);

    /// <summary>Where a connection really goes, and as from whom. A connection that nobody translated goes where it was sent.</summary>
    public (FlowEnd Source, FlowEnd Destination) Follow(FlowEnd source, FlowEnd destination)
    {
        var at = (source, destination);
        for (var i = 0; i < MostTranslations && translations.Contains(at); i++) at = translations[at].First();
        return at;
    }

    static FlowEnd End(byte[] address, int port) => new(Address.Read(address), port);
}
