using Fairlead.Json;

namespace Fairlead.Api.Patch;

/// <summary>
/// $setElementOrder: the elements that the directive names stand in its order; those it does not know keep their place
/// among them as far as the list's order before the patch tells it.
/// </summary>
static class ElementOrder
{
    /// <summary>Arranges a merged list.</summary>
    /// <param name="merged">The list after the patch; its elements move to the result.</param>
    /// <param name="live">The places of the list before the patch.</param>
    /// <param name="order">Scalars, or objects of which only the merge key counts.</param>
    /// <param name="key">The merge key; null for scalars.</param>
    public static JsonArray Arrange(JsonArray merged, Dictionary<string, int> live, JsonArray order, string? key)
    {
        var wanted = Ranks(order, key);
        var (named, others) = (new List<Placed>(merged.Count), new List<Placed>(merged.Count));
        foreach (var element in merged)
        {
            var id = Id(element, key);
            var place = live.GetValueOrDefault(id, Nowhere);
            if (wanted.TryGetValue(id, out var rank)) named.Add(new(element, rank, place));
            else others.Add(new(element, place, place));
        }
        var result = new JsonArray();
        var (i, j) = (0, 0);
        named = Sorted(named);
        others = Sorted(others);
        while (i < others.Count || j < named.Count)
        {
            var takeOther = j >= named.Count || (i < others.Count && others[i].Live < named[j].Live && named[j].Live != Nowhere);
            result.Add(takeOther ? others[i++].Element : named[j++].Element);
        }
        return result;
    }

    const int Nowhere = int.MaxValue;

    /// <param name="Rank">What it is sorted by.</param>
    /// <param name="Live">Its place before the patch.</param>
    readonly record struct Placed(JsonNode? Element, int Rank, int Live);

    /// <summary>By rank; equals stay as they stand.</summary>
    static List<Placed> Sorted(List<Placed> elements)
    {
        for (var i = 1; i < elements.Count; i++)
        {
            if (elements[i].Rank < elements[i - 1].Rank) return [.. elements.OrderBy(e => e.Rank)];
        }
        return elements;
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

    /// <summary>Where each element stands; of equal ones the first.</summary>
    public static Dictionary<string, int> Ranks(JsonArray list, string? key)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++) ranks.TryAdd(Id(list[i], key), i);
        return ranks;
    }

    static string Id(JsonNode? element, string? key) =>
        StrategicListMerge.Identity(key is not null && element is JsonObject o ? o[key] : element);
}
