using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Json;

/// <summary>A list of values, in its order.</summary>
[JsonConverter(typeof(JsonNodeConverter))]
public sealed class JsonArray : JsonNode, IList<JsonNode?>, IReadOnlyList<JsonNode?>
{
    readonly List<JsonNode?> items;

    public JsonArray() => items = [];

    public JsonArray(params ReadOnlySpan<JsonNode?> items) => this.items = [.. items];

    JsonArray(List<JsonNode?> items) => this.items = items;

    public int Count => items.Count;
    bool ICollection<JsonNode?>.IsReadOnly => false;

    internal JsonNode? At(int index) => items[index];
    internal void Put(int index, JsonNode? value) => items[index] = value;

    public void Add(JsonNode? item) => items.Add(item);
    public void Insert(int index, JsonNode? item) => items.Insert(index, item);
    public void RemoveAt(int index) => items.RemoveAt(index);
    public void Clear() => items.Clear();

    /// <summary>Where the very node stands; -1 if it does not.</summary>
    public int IndexOf(JsonNode? item) => items.IndexOf(item);
    public bool Contains(JsonNode? item) => items.Contains(item);
    public bool Remove(JsonNode? item) => items.Remove(item);
    public void CopyTo(JsonNode?[] array, int arrayIndex) => items.CopyTo(array, arrayIndex);

    public List<JsonNode?>.Enumerator GetEnumerator() => items.GetEnumerator();
    IEnumerator<JsonNode?> IEnumerable<JsonNode?>.GetEnumerator() => GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override JsonValueKind GetValueKind() => JsonValueKind.Array;

    public override JsonNode DeepClone()
    {
        var copy = new List<JsonNode?>(items.Count);
        foreach (var item in items) copy.Add(item?.DeepClone());
        return new JsonArray(copy);
    }

    private protected override bool SameAs(JsonNode other)
    {
        if (other is not JsonArray array || array.items.Count != items.Count) return false;
        for (var i = 0; i < items.Count; i++)
        {
            if (!DeepEquals(items[i], array.items[i])) return false;
        }
        return true;
    }

    public override void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartArray();
        foreach (var item in items) Write(writer, item);
        writer.WriteEndArray();
    }
}
