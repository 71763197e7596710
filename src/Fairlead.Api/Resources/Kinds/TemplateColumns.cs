using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>The wide columns of kinds that keep Pods by a template.</summary>
static class TemplateColumns
{
    public static IReadOnlyList<TableColumn> All { get; } = [.. Of("spec.template"), SelectorAt("spec.selector")];

    /// <summary>Names and images of the containers of the template at a path.</summary>
    public static IReadOnlyList<TableColumn> Of(string template, int priority = 1) =>
    [
        Cells.Text("Containers", "Names of the template's containers.", o => Containers(o, template, "name"), priority),
        Cells.Text("Images", "Images of the template's containers.", o => Containers(o, template, "image"), priority),
    ];

    /// <summary>The label selector at a path.</summary>
    public static TableColumn SelectorAt(string path) => Cells.Text("Selector", "Labels of the Pods.", o => Selector(o.At(path)), 1);

    static string Containers(JsonObject obj, string template, string field) =>
        string.Join(',', obj.Objects(template + ".spec.containers").Select(c => c.Text(field)));

    /// <summary>A label selector as text: a=b,c in (d,e),!f.</summary>
    public static string Selector(JsonNode? selector)
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
