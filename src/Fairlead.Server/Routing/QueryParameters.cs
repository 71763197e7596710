namespace Fairlead.Server.Routing;

/// <summary>The query of a request: names to values, repeated names kept in order. Immutable.</summary>
public sealed class QueryParameters
{
    public static readonly QueryParameters Empty = new("");

    readonly List<KeyValuePair<string, string>> pairs = [];

    /// <param name="query">With or without its question mark, still escaped.</param>
    public QueryParameters(string query)
    {
        Raw = query.StartsWith('?') ? query : query.Length == 0 ? "" : "?" + query;
        if (Raw.Length < 2) return;
        foreach (var part in Raw[1..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            pairs.Add(equals < 0 ? new(Unescape(part), "") : new(Unescape(part[..equals]), Unescape(part[(equals + 1)..])));
        }
    }

    /// <summary>As it came, with its question mark; empty without a query.</summary>
    public string Raw { get; }

    /// <summary>The first value of the name; null if it is absent.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in pairs)
            {
                if (key == name) return value;
            }
            return null;
        }
    }

    /// <summary>True for 1, t, true in any case and for a name without value, as Go's conversion reads booleans.</summary>
    public bool Flag(string name) => this[name] is { } v && (v.Length == 0 || v is "1" or "t" or "T" || v.Equals("true", StringComparison.OrdinalIgnoreCase));

    public IEnumerable<string> All(string name) => pairs.Where(p => p.Key == name).Select(p => p.Value);

    static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
