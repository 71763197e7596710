using System.Globalization;
using Fairlead.Api.Protobuf;
using Fairlead.Json;

namespace Fairlead.Api.OpenApi;

/// <summary>Writes a value of the JSON document as the field of this number.</summary>
delegate void GnosticForm(ProtoWriter writer, int number, JsonNode value);

/// <summary>
/// One message of gnostic's openapi.v2: which key of the JSON object becomes which field, and in which form.
/// </summary>
sealed class GnosticMessage
{
    readonly Dictionary<string, (int Number, GnosticForm Form)> fields = [];

    /// <summary>Number of the list that keys with x- go to; 0 if the message has none.</summary>
    public int Extensions { get; init; }

    /// <summary>The list of pairs that all other keys go to, with the form of the value, for an object that is a map.</summary>
    public (int Number, GnosticForm Form) Entries { get; init; }

    public (int Number, GnosticForm Form) this[string key] { init => fields.Add(key, value); }

    /// <summary>True if the message has a place for the key.</summary>
    public bool Takes(string key) =>
        fields.ContainsKey(key) || (Extensions > 0 && key.StartsWith("x-", StringComparison.Ordinal)) || Entries.Number > 0;

    /// <summary>Writes the fields of an object.</summary>
    /// <exception cref="ArgumentException">A key has no field: the document would lose it.</exception>
    public void Write(ProtoWriter writer, JsonNode value)
    {
        foreach (var (key, member) in value.AsObject())
        {
            if (member is null) continue;
            if (fields.TryGetValue(key, out var field)) field.Form(writer, field.Number, member);
            else if (Extensions > 0 && key.StartsWith("x-", StringComparison.Ordinal)) Pair(writer, Extensions, key, Any, member);
            else if (Entries.Number > 0) Pair(writer, Entries.Number, key, Entries.Form, member);
            else throw new ArgumentException($"{key} has no field in this message.", nameof(value));
        }
    }

    static void Pair(ProtoWriter writer, int number, string key, GnosticForm form, JsonNode value) =>
        writer.Message(number, pair => form(pair.Text(1, key), 2, value));

    public static void Text(ProtoWriter writer, int number, JsonNode value) => writer.Text(number, value.GetValue<string>());

    public static void Bool(ProtoWriter writer, int number, JsonNode value) => writer.Number(number, value.GetValue<bool>() ? 1 : 0);

    public static void Integer(ProtoWriter writer, int number, JsonNode value) =>
        writer.Number(number, long.Parse(value.ToJsonString(), CultureInfo.InvariantCulture));

    public static void Double(ProtoWriter writer, int number, JsonNode value) =>
        writer.Double(number, double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture));

    /// <summary>Any value, as a message of YAML text; JSON is YAML.</summary>
    public static void Any(ProtoWriter writer, int number, JsonNode value) => writer.Message(number, any => any.Bytes(2, JsonTree.Write(value).Span));

    /// <summary>A field for each element; a value that is no list is one element.</summary>
    public static GnosticForm Each(GnosticForm form) => (writer, number, value) =>
    {
        if (value is not JsonArray list) form(writer, number, value);
        else foreach (var element in list) form(writer, number, element!);
    };

    /// <summary>A message of a single field: a choice, or a list that needs a name of its own.</summary>
    public static GnosticForm Wrapped(int inner, GnosticForm form) =>
        (writer, number, value) => writer.Message(number, wrapper => form(wrapper, inner, value));

    public static GnosticForm Record(GnosticMessage message) =>
        (writer, number, value) => writer.Message(number, record => message.Write(record, value));
}
