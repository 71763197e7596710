using System.Reflection;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Fairlead.Api.Schema;

/// <summary>
/// The /// summaries of the records, which are the texts of kubectl explain. The compiler writes them into an XML file
/// beside the assembly; whoever may open files hands that file to <see cref="Load"/> before the first schema is read.
/// </summary>
public sealed class SchemaDescriptions
{
    readonly Dictionary<string, string> byMember;

    SchemaDescriptions(Dictionary<string, string> byMember) => this.byMember = byMember;

    /// <summary>The descriptions in use; null until <see cref="Load"/> was called.</summary>
    public static SchemaDescriptions? Current { get; private set; }

    /// <summary>Reads the compiler's documentation file, makes it current, and forgets schemas read without it.</summary>
    /// <exception cref="XmlException">The stream is not XML.</exception>
    public static SchemaDescriptions Load(Stream documentation)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in XDocument.Load(documentation).Descendants("member"))
            if ((string?)member.Attribute("name") is { } name && member.Element("summary") is { } summary)
                members[name] = Text(summary);
        Current = new SchemaDescriptions(members);
        SchemaReader.Forget();
        return Current;
    }

    /// <summary>The summary of a record, or null.</summary>
    public string? Of(Type type) => byMember.GetValueOrDefault("T:" + MemberName(type));

    /// <summary>The summary of a record's property, or null.</summary>
    public string? Of(PropertyInfo property) =>
        byMember.GetValueOrDefault($"P:{MemberName(property.DeclaringType!)}.{property.Name}");

    static string MemberName(Type type) => (type.FullName ?? type.Name).Replace('+', '.');

    /// <summary>The words alone, on one line; a reference becomes the last part of its name.</summary>
    static string Text(XElement element)
    {
        var text = new StringBuilder();
        Append(element, text);
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    static void Append(XElement element, StringBuilder text)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText words) text.Append(words.Value);
            else if (node is XElement { IsEmpty: true } reference && Target(reference) is { } target)
                text.Append(target[(target.LastIndexOfAny(['.', ':']) + 1)..]);
            else if (node is XElement nested) Append(nested, text);
        }
    }

    static string? Target(XElement reference) =>
        (string?)reference.Attribute("cref") ?? (string?)reference.Attribute("langword") ?? (string?)reference.Attribute("name");
}
