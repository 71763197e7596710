using System.Globalization;
using System.Text;
using System.Text.Json;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>
/// The part of JSONPath that definitions use: .a.b, ['a.b'], [0], [-1], [*], and a filter by equality,
/// [?(@.type=="Ready")]. Immutable.
/// </summary>
public sealed class SimplePath
{
    abstract record Step;
    sealed record Field(string Name) : Step;
    sealed record At(int Index) : Step;
    sealed record Every : Step;
    sealed record Where(SimplePath Path, string Value, bool Equal) : Step;

    readonly List<Step> steps = [];

    /// <summary>Reads a path. What can't be read leads nowhere: columns show nothing then, as upstream's do.</summary>
    public static SimplePath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var path = new SimplePath();
        var i = 0;
        while (i < text.Length)
        {
            if (text[i] == '.') i++;
            else if (text[i] == '[')
            {
                var end = Close(text, i);
                if (end < 0 || path.Bracket(text[(i + 1)..end]) is not { } step) return Nowhere();
                path.steps.Add(step);
                i = end + 1;
            }
            else
            {
                var name = new StringBuilder();
                for (; i < text.Length && text[i] is not ('.' or '['); i++)
                {
                    if (text[i] == '\\' && i + 1 < text.Length) i++;
                    name.Append(text[i]);
                }
                path.steps.Add(name.ToString() == "*" ? new Every() : new Field(name.ToString()));
            }
        }
        return path;
    }

    /// <summary>The values that the path leads to.</summary>
    public IEnumerable<JsonNode> Find(JsonNode? node) => steps.Aggregate((IEnumerable<JsonNode>)(node is null ? [] : [node]), (found, step) => found.SelectMany(n => Next(n, step)));

    /// <summary>The only value, or the first of several; null if there is none.</summary>
    public JsonNode? First(JsonNode? node) => Find(node).FirstOrDefault();

    /// <summary>Sets the value at a path of fields alone; objects on the way are made.</summary>
    public void Set(JsonObject obj, JsonNode value)
    {
        foreach (var step in steps.SkipLast(1)) obj = obj.Make(((Field)step).Name);
        if (steps.LastOrDefault() is Field last) obj[last.Name] = value;
    }

    static SimplePath Nowhere()
    {
        var path = new SimplePath();
        path.steps.Add(new At(int.MaxValue));
        return path;
    }

    static int Close(string text, int open)
    {
        var quote = '\0';
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            if (quote != '\0') quote = text[i] == quote ? '\0' : quote;
            else if (text[i] is '\'' or '"') quote = text[i];
            else if (text[i] == '[') depth++;
            else if (text[i] == ']' && --depth == 0) return i;
        }
        return -1;
    }

    Step? Bracket(string text)
    {
        text = text.Trim();
        if (text == "*") return new Every();
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)) return new At(index);
        if (text.Length > 1 && text[0] is '\'' or '"' && text[^1] == text[0]) return new Field(text[1..^1]);
        if (!text.StartsWith("?(", StringComparison.Ordinal) || !text.EndsWith(')')) return null;
        var filter = text[2..^1].Trim();
        var equal = filter.IndexOf("==", StringComparison.Ordinal);
        var at = equal >= 0 ? equal : filter.IndexOf("!=", StringComparison.Ordinal);
        if (at < 0 || !filter.StartsWith('@')) return null;
        return new Where(Parse(filter[1..at].Trim()), filter[(at + 2)..].Trim().Trim('\'', '"'), equal >= 0);
    }

    static IEnumerable<JsonNode> Next(JsonNode node, Step step)
    {
        var found = step switch
        {
            Field field => node is JsonObject obj ? [obj[field.Name]] : [],
            At at => node is JsonArray list && Index(list, at.Index) is { } i ? [list[i]] : [],
            Every => node switch { JsonArray list => list, JsonObject obj => obj.Select(p => p.Value), _ => [] },
            Where where => (node as JsonArray ?? []).Where(e => where.Path.Find(e).Any(v => Text(v) == where.Value == where.Equal)),
            _ => (IEnumerable<JsonNode?>)[],
        };
        return found.OfType<JsonNode>();
    }

    static int? Index(JsonArray list, int index) => (index < 0 ? list.Count + index : index) is var i && i >= 0 && i < list.Count ? i : null;

    static string Text(JsonNode node) => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
}
