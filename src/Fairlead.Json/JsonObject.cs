using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Json;

/// <summary>
/// Fields by name, in the order in which they were added. Few of them, as nearly every object of an API has, are looked
/// through one by one; many have an index, and one that is removed leaves a hole, so that as many are removed as were added
/// in time that grows with their number. Reading changes nothing that another reader sees.
/// </summary>
[JsonConverter(typeof(JsonNodeConverter))]
public sealed class JsonObject : JsonNode, IDictionary<string, JsonNode?>
{
    /// <summary>As many fields are looked through one by one: a name of the same length is rare among them.</summary>
    internal const int MostWithoutIndex = 16;

    static readonly KeyValuePair<string, JsonNode?>[] Nothing = [];

    // A hole has no key. There are none without an index.
    KeyValuePair<string, JsonNode?>[] fields;
    int used;
    int holes;
    int version;
    Dictionary<string, int>? index;

    public JsonObject() => fields = Nothing;

    /// <exception cref="ArgumentException">Two fields have the same name.</exception>
    public JsonObject(IEnumerable<KeyValuePair<string, JsonNode?>> fields) : this()
    {
        ArgumentNullException.ThrowIfNull(fields);
        foreach (var (name, value) in fields) Add(name, value);
    }

    /// <summary>An object of fields whose names differ.</summary>
    internal JsonObject(ReadOnlySpan<KeyValuePair<string, JsonNode?>> distinct)
    {
        fields = distinct.ToArray();
        used = fields.Length;
    }

    public int Count => used - holes;
    bool ICollection<KeyValuePair<string, JsonNode?>>.IsReadOnly => false;
    public ICollection<string> Keys => [.. this.Select(f => f.Key)];
    public ICollection<JsonNode?> Values => [.. this.Select(f => f.Value)];

    JsonNode? IDictionary<string, JsonNode?>.this[string key]
    {
        get => Find(key);
        set => Set(key, value);
    }

    int IndexOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (index is not null || used > MostWithoutIndex) return Indexed(name);
        var all = fields;
        for (var i = 0; i < used; i++)
        {
            var key = all[i].Key;
            if (ReferenceEquals(key, name) || (key.Length == name.Length && key == name)) return i;
        }
        return -1;
    }

    /// <summary>A field by a part of a text, such as a step of a path; null if there is none of the name.</summary>
    public JsonNode? Find(ReadOnlySpan<char> name)
    {
        if (index is not null || used > MostWithoutIndex) return Find(name.ToString());
        foreach (ref readonly var field in fields.AsSpan(0, used))
        {
            if (field.Key.Length == name.Length && name.SequenceEqual(field.Key)) return field.Value;
        }
        return null;
    }

    int Indexed(string name)
    {
        if (index is null)
        {
            var made = new Dictionary<string, int>(used);
            for (var i = 0; i < used; i++) made.Add(fields[i].Key, i);
            index = made;
        }
        return index.TryGetValue(name, out var at) ? at : -1;
    }

    internal JsonNode? Find(string name)
    {
        var at = IndexOf(name);
        return at < 0 ? null : fields[at].Value;
    }

    internal void Set(string name, JsonNode? value)
    {
        var at = IndexOf(name);
        if (at < 0) Append(name, value);
        else
        {
            fields[at] = new(fields[at].Key, value);
            version++;
        }
    }

    void Append(string name, JsonNode? value)
    {
        if (used == fields.Length && holes > used / 2) Fill();
        if (used == fields.Length) Array.Resize(ref fields, Math.Max(4, used * 2));
        fields[used] = new(name, value);
        index?.Add(name, used);
        used++;
        version++;
    }

    /// <summary>Moves the fields together.</summary>
    void Fill()
    {
        if (holes == 0) return;
        var kept = 0;
        for (var i = 0; i < used; i++)
        {
            if (fields[i].Key is not null) fields[kept++] = fields[i];
        }
        fields.AsSpan(kept..used).Clear();
        (used, holes, index) = (kept, 0, null);
    }

    /// <summary>True if there is a field of the name, also if it is null.</summary>
    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    public bool TryGetPropertyValue(string name, out JsonNode? value)
    {
        var at = IndexOf(name);
        value = at < 0 ? null : fields[at].Value;
        return at >= 0;
    }

    bool IDictionary<string, JsonNode?>.TryGetValue(string key, [MaybeNullWhen(false)] out JsonNode? value) => TryGetPropertyValue(key, out value);

    /// <returns>False if there is a field of the name, which stays as it is.</returns>
    public bool TryAdd(string name, JsonNode? value)
    {
        if (IndexOf(name) >= 0) return false;
        Append(name, value);
        return true;
    }

    /// <exception cref="ArgumentException">There is a field of the name.</exception>
    public void Add(string key, JsonNode? value)
    {
        if (!TryAdd(key, value)) throw new ArgumentException($"there is a field {key} already", nameof(key));
    }

    /// <summary>Puts a new field before others.</summary>
    /// <exception cref="ArgumentException">There is a field of the name.</exception>
    public void Insert(int at, string name, JsonNode? value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)at, (uint)Count);
        Add(name, value);
        Fill();
        Array.Copy(fields, at, fields, at + 1, used - 1 - at);
        fields[at] = new(name, value);
        index = null;
    }

    public bool Remove(string key)
    {
        var at = IndexOf(key);
        if (at < 0) return false;
        if (index is not null)
        {
            index.Remove(key);
            fields[at] = default;
            holes++;
        }
        else
        {
            used--;
            Array.Copy(fields, at + 1, fields, at, used - at);
            fields[used] = default;
        }
        version++;
        return true;
    }

    public void Clear()
    {
        (fields, used, holes, index) = (Nothing, 0, 0, null);
        version++;
    }

    void ICollection<KeyValuePair<string, JsonNode?>>.Add(KeyValuePair<string, JsonNode?> item) => Add(item.Key, item.Value);
    bool ICollection<KeyValuePair<string, JsonNode?>>.Contains(KeyValuePair<string, JsonNode?> item) => TryGetPropertyValue(item.Key, out var value) && ReferenceEquals(value, item.Value);
    bool ICollection<KeyValuePair<string, JsonNode?>>.Remove(KeyValuePair<string, JsonNode?> item) => ((ICollection<KeyValuePair<string, JsonNode?>>)this).Contains(item) && Remove(item.Key);
    void ICollection<KeyValuePair<string, JsonNode?>>.CopyTo(KeyValuePair<string, JsonNode?>[] array, int arrayIndex)
    {
        foreach (var field in this) array[arrayIndex++] = field;
    }

    public Enumerator GetEnumerator() => new(this);
    IEnumerator<KeyValuePair<string, JsonNode?>> IEnumerable<KeyValuePair<string, JsonNode?>>.GetEnumerator() => GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override JsonValueKind GetValueKind() => JsonValueKind.Object;

    public override JsonNode DeepClone()
    {
        var copy = new JsonObject(holes == 0 ? fields.AsSpan(0, used) : this.ToArray());
        foreach (ref var field in copy.fields.AsSpan())
        {
            if (field.Value is not (null or JsonValue)) field = new(field.Key, field.Value.DeepClone());
        }
        return copy;
    }

    private protected override bool SameAs(JsonNode other)
    {
        if (other is not JsonObject obj || obj.Count != Count) return false;
        var i = -1;
        foreach (var (name, value) in this)
        {
            // Nearly always they stand in the same order.
            i++;
            var at = obj.fields[i].Key == name ? i : obj.IndexOf(name);
            if (at < 0 || !DeepEquals(value, obj.fields[at].Value)) return false;
        }
        return true;
    }

    public override void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        foreach (var (name, value) in this)
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }
        writer.WriteEndObject();
    }

    /// <summary>Goes through the fields.</summary>
    [StructLayout(LayoutKind.Auto)]
    public struct Enumerator(JsonObject obj) : IEnumerator<KeyValuePair<string, JsonNode?>>
    {
        readonly int version = obj.version;
        int at = -1;

        public readonly KeyValuePair<string, JsonNode?> Current => obj.fields[at];
        readonly object IEnumerator.Current => Current;

        /// <exception cref="InvalidOperationException">The object was changed meanwhile.</exception>
        public bool MoveNext()
        {
            if (version != obj.version) throw new InvalidOperationException("the object was changed while its fields were gone through");
            do at++;
            while (at < obj.used && obj.fields[at].Key is null);
            return at < obj.used;
        }

        void IEnumerator.Reset() => at = -1;
        readonly void IDisposable.Dispose() { }
    }
}
