using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Quotas;

/// <summary>Amounts by the name of their resource, and what is done with them.</summary>
public static class Amounts
{
    /// <summary>The amounts of a resource list; what is none is left out.</summary>
    public static Dictionary<string, Quantity> Read(JsonNode? list)
    {
        var amounts = new Dictionary<string, Quantity>();
        if (list is not JsonObject map) return amounts;
        foreach (var (name, node) in map)
            if (Quantity.TryParse(node.AsText() ?? node?.ToJsonString(), out var amount)) amounts[name] = amount;
        return amounts;
    }

    public static JsonObject Write(IReadOnlyDictionary<string, Quantity> amounts) =>
        new(amounts.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value.ToString())));

    /// <summary>Adds each amount of one to the other.</summary>
    public static void Add(this Dictionary<string, Quantity> sum, IReadOnlyDictionary<string, Quantity> more)
    {
        foreach (var (name, amount) in more) sum[name] = sum.TryGetValue(name, out var has) ? has + amount : amount;
    }

    /// <summary>Raises each amount to that of the other where that is more.</summary>
    public static void Raise(this Dictionary<string, Quantity> most, IReadOnlyDictionary<string, Quantity> other)
    {
        foreach (var (name, amount) in other) most[name] = most.TryGetValue(name, out var has) ? Quantity.Max(has, amount) : amount;
    }

    /// <summary>name=amount pairs in the order of names, as messages show them.</summary>
    public static string Show(IEnumerable<KeyValuePair<string, Quantity>> amounts) =>
        string.Join(',', amounts.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"));
}
