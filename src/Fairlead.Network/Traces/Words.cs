namespace Fairlead.Network.Traces;

/// <summary>Short ways to write sentences about objects.</summary>
static class Words
{
    const int Most = 3;

    /// <summary>The first few of a list and how many more there are.</summary>
    public static string Some(IEnumerable<string> items)
    {
        var all = items.ToList();
        return all.Count <= Most ? string.Join(", ", all) : $"{string.Join(", ", all.Take(Most))} and {all.Count - Most} more";
    }

    public static string Labels(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(",", labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    /// <summary>"1 Pod", "3 Pods".</summary>
    public static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    /// <summary>A sentence of somebody else's made fit for the end of ours: empty, or ": " and its text without a full stop.</summary>
    public static string Quote(string? message) => string.IsNullOrWhiteSpace(message) ? "" : ": " + message.Trim().TrimEnd('.');

    public static string Family(bool ipv6) => ipv6 ? "IPv6" : "IPv4";

    public static string ProtocolName(Services.TransportProtocol protocol) => protocol.ToString().ToUpperInvariant();
}
