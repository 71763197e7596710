using System.Text;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Iptables;

/// <summary>A rule, written in the order and form in which iptables-save prints it.</summary>
/// <param name="Target">Of -j; empty for a rule that does nothing.</param>
readonly record struct RuleText(string Target)
{
    /// <summary>"-s RANGE" or "! -s RANGE"; null matches all.</summary>
    public string? Source { get; init; }

    /// <summary>"-d RANGE" or "! -d RANGE"; null matches all.</summary>
    public string? Destination { get; init; }

    public TransportProtocol? Protocol { get; init; }

    /// <summary>Of the destination; 0 matches all.</summary>
    public int Port { get; init; }

    public string? Comment { get; init; }

    /// <summary>Further matches, as "-m addrtype --dst-type LOCAL".</summary>
    public string? Match { get; init; }

    public override string ToString()
    {
        var text = new StringBuilder(160);
        void Add(string? part)
        {
            if (string.IsNullOrEmpty(part)) return;
            if (text.Length > 0) text.Append(' ');
            text.Append(part);
        }
        var protocol = Protocol?.ToString().ToLowerInvariant();
        Add(Source);
        Add(Destination);
        if (protocol is not null) Add($"-p {protocol}");
        if (Comment is not null) Add($"-m comment --comment \"{Comment}\"");
        Add(Match);
        if (protocol is not null) Add(Port == 0 ? $"-m {protocol}" : $"-m {protocol} --dport {Port}");
        if (Target.Length > 0) Add($"-j {Target}");
        return text.ToString();
    }
}
