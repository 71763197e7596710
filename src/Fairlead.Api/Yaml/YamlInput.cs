using System.Text;
using Fairlead.Json;
using YamlDotNet.Core;

namespace Fairlead.Api.Yaml;

/// <summary>
/// YAML to the same trees as JSON. Plain scalars mean what they mean to sigs.k8s.io/yaml (YAML 1.1: yes and on are
/// true, 010 is eight); quoted ones are strings. Aliases and merge keys work within a bound.
/// </summary>
public static class YamlInput
{
    static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>Reads a body that holds one document.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="duplicates">Receives <c>line 3: key "x" already set in map</c> for each repeated key, if given.</param>
    /// <exception cref="MalformedInputException">Not YAML, nothing that JSON can say, nested too deeply, or too large once its aliases are followed.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, ICollection<string>? duplicates = null)
    {
        var documents = ParseAll(utf8, duplicates);
        return documents.Count switch
        {
            0 => null,
            1 => documents[0],
            _ => throw new MalformedInputException("the body holds more than one YAML document"),
        };
    }

    /// <summary>Repeated keys as one error, in the words of upstream's strict reader.</summary>
    public static string Refusal(IEnumerable<string> duplicates) => "yaml: unmarshal errors:\n  " + string.Join("\n  ", duplicates);

    /// <summary>Reads one document that is an object.</summary>
    /// <exception cref="MalformedInputException">As <see cref="Parse"/>, or not an object.</exception>
    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8, ICollection<string>? duplicates = null) =>
        Parse(utf8, duplicates) as JsonObject ?? throw new MalformedInputException("the body is not a YAML object");

    /// <summary>Reads every document of a file; empty ones are left out.</summary>
    /// <exception cref="MalformedInputException">As <see cref="Parse"/>.</exception>
    public static IReadOnlyList<JsonNode> ParseAll(ReadOnlySpan<byte> utf8, ICollection<string>? duplicates = null)
    {
        try
        {
            var reader = new StringReader(Strict.GetString(utf8));
            return new YamlTreeBuilder(new Parser(reader), duplicates).Documents();
        }
        catch (DecoderFallbackException)
        {
            throw new MalformedInputException("yaml: the text is not UTF-8");
        }
        catch (YamlException e)
        {
            throw new MalformedInputException($"yaml: line {e.Start.Line}: {e.Message}", e.Start.Line);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // YamlDotNet 16's scanner throws these on some texts that are not YAML, such as a mapping left open in flow style.
            throw new MalformedInputException("yaml: the text is not YAML");
        }
    }
}
