using System.Text;
using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Api.Yaml;

/// <summary>Trees as YAML that every reader takes for what it was: block style, and quotes wherever a plain text would mean something else.</summary>
public static class YamlOutput
{
    /// <summary>One document, ended by a line break.</summary>
    public static ReadOnlyMemory<byte> Write(JsonNode? node)
    {
        var text = new StringBuilder();
        if (node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 }) Block(text, node, 0);
        else text.Append(Flow(node)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void Block(StringBuilder text, JsonNode node, int indent)
    {
        if (node is JsonObject obj)
            foreach (var (name, value) in obj)
            {
                Start(text, indent);
                text.Append(Plain(name)).Append(':');
                Value(text, value, value is JsonArray ? indent : indent + 2);
            }
        else
            foreach (var element in (JsonArray)node)
            {
                Start(text, indent);
                text.Append('-');
                // A nested block begins on the dash's own line.
                if (element is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
                {
                    text.Append(' ');
                    Block(text, element, indent + 2);
                }
                else text.Append(' ').Append(Flow(element)).Append('\n');
            }
    }

    static void Value(StringBuilder text, JsonNode? value, int indent)
    {
        if (value is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }))
        {
            text.Append(' ').Append(Flow(value)).Append('\n');
            return;
        }
        text.Append('\n');
        Block(text, value, indent);
    }

    /// <summary>Indents, unless the line holds a dash that the block begins behind.</summary>
    static void Start(StringBuilder text, int indent)
    {
        if (text.Length == 0 || text[^1] == '\n') text.Append(' ', indent);
    }

    static string Flow(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when value.GetValueKind() == JsonValueKind.String => Plain(value.GetValue<string>()),
        _ => Encoding.UTF8.GetString(JsonTree.Write(value).Span),
    };

    /// <summary>The text as it is where nothing in it could be read otherwise; in JSON's quotes, which are YAML's too, else.</summary>
    static string Plain(string text)
    {
        var plain = text.Length is > 0 and < 256 && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '_')
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')
            && YamlScalars.IsText(text);
        return plain ? text : Encoding.UTF8.GetString(JsonTree.Write(JsonValue.Create(text)).Span);
    }
}
