using System.Text.Json.Nodes;

namespace Fairlead.Api.Patch;

/// <summary>
/// $setElementOrder: the elements that the directive names stand in its order; those it does not know keep their place
/// among them as far as the list's order before the patch tells it.
/// </summary>
static class ElementOrder
{
    /// <summary>Arranges a merged list.</summary>
    /// <param name="merged">The list after the patch; its elements move to the result.</param>
    /// <param name="before">The list before the patch.</param>
    /// <param name="order">Scalars, or objects of which only the merge key counts.</param>
    /// <param name="key">The merge key; null for scalars.</param>
    public static JsonArray Arrange(JsonArray merged, JsonArray before, JsonArray order, string? key)
    {
        var wanted = Ranks(order, key);
        var live = Ranks(before, key);
        var elements = merged.ToList();
        merged.Clear();
        var named = elements.Where(e => wanted.ContainsKey(Id(e, key))).OrderBy(e => wanted[Id(e, key)]).ToList();
        var others = elements.Where(e => !wanted.ContainsKey(Id(e, key)))
            .OrderBy(e => live.GetValueOrDefault(Id(e, key), int.MaxValue)).ToList();
        var result = new JsonArray();
        var (i, j) = (0, 0);
        while (i < others.Count || j < named.Count)
        {
            var takeOther = j >= named.Count || (i < others.Count && Precedes(others[i], named[j]));
            result.Add(takeOther ? others[i++] : named[j++]);
        }
        return result;

        bool Precedes(JsonNode? a, JsonNode? b) =>
            live.TryGetValue(Id(a, key), out var left) && live.TryGetValue(Id(b, key), out var right) && left < right;
    }

    /// <summary>What the patch names must be in the order too, and stand there as it does in the patch; deletions may be anywhere.</summary>
    /// <exception cref="PatchException">It does not.</exception>
    public static void Check(JsonArray patch, JsonArray order, string? key)
    {
        if (order.Count == 0) return;
        var at = 0;
        var wanted = order.Select(e => Id(e, key)).ToList();
        foreach (var element in patch)
        {
            if (element is JsonObject o && o.ContainsKey(StrategicMergePatch.Directive)) continue;
            var found = wanted.IndexOf(Id(element, key), at);
            if (found < 0) throw PatchException.DoesNotFit($"The order in patch list:\n{patch.ToJsonString()}\n doesn't match {StrategicMergePatch.OrderPrefix[..^1]} list:\n{order.ToJsonString()}\n");
            at = found + 1;
        }
    }

    static Dictionary<string, int> Ranks(JsonArray list, string? key)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++) ranks.TryAdd(Id(list[i], key), i);
        return ranks;
    }

    static string Id(JsonNode? element, string? key) =>
        StrategicListMerge.Identity(key is not null && element is JsonObject o ? o[key] : element);
}
