using System.Text.Json.Nodes;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>The wide columns of kinds that keep Pods by a template.</summary>
static class TemplateColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        Cells.Text("Containers", "Names of the template's containers.", o => Containers(o, "name"), 1),
        Cells.Text("Images", "Images of the template's containers.", o => Containers(o, "image"), 1),
        Cells.Text("Selector", "Labels of the Pods.", o => Selector(o.At("spec.selector")), 1),
    ];

    static string Containers(JsonObject obj, string field) =>
        string.Join(',', obj.Objects("spec.template.spec.containers").Select(c => c.Text(field)));

    /// <summary>A label selector as text: a=b,c in (d,e),!f.</summary>
    static string Selector(JsonNode? selector)
    {
        var parts = selector.Pairs("matchLabels").Select(p => (p.Key, Text: $"{p.Key}={p.Value}"))
            .Concat(selector.Objects("matchExpressions").Select(e => (Key: e.Text("key"), Text: Expression(e))))
            .OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Text);
        return string.Join(',', parts) is { Length: > 0 } text ? text : Cells.None;
    }

    static string Expression(JsonObject e)
    {
        var values = string.Join(',', e.Texts("values").Order(StringComparer.Ordinal));
        return e.Text("operator") switch
        {
            "In" => $"{e.Text("key")} in ({values})",
            "NotIn" => $"{e.Text("key")} notin ({values})",
            "DoesNotExist" => "!" + e.Text("key"),
            _ => e.Text("key"),
        };
    }
}
