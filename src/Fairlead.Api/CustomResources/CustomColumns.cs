using System.Globalization;
using System.Text.Json;
using Fairlead.Api.Json;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>The columns that a version asks for: its additionalPrinterColumns, or the age.</summary>
static class CustomColumns
{
    public static IReadOnlyList<TableColumn> Of(JsonObject version)
    {
        var asked = version.Objects("additionalPrinterColumns");
        return asked.Count == 0 ? [Cells.Age] : [.. asked.Select(Column)];
    }

    static TableColumn Column(JsonObject column)
    {
        var (type, path) = (column.Text("type"), SimplePath.Parse(column.Text("jsonPath")));
        return new(column.Text("name"), type, column.Text("description") is { Length: > 0 } text ? text : $"Custom resource definition column (in JSONPath format): {column.Text("jsonPath")}",
            (int)(column.Number("priority") ?? 0), (obj, now) => Cell(path, type, obj, now));
    }

    static JsonNode? Cell(SimplePath path, string type, JsonObject obj, DateTimeOffset now)
    {
        var found = path.Find(obj).ToList();
        if (found.Count == 0) return null;
        if (type == "string") return found.Count == 1 ? Text(found[0]) : string.Join(',', found.Select(Text));
        var value = found[0];
        var kind = value.GetValueKind();
        return type switch
        {
            "integer" => kind == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? (JsonNode)decimal.Truncate(n) : null,
            "number" => kind == JsonValueKind.Number ? value.DeepClone() : null,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False ? value.DeepClone() : null,
            "date" => DateTimeOffset.TryParse(value.AsText(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Cells.HumanDuration(now - time) : Cells.Unknown,
            _ => null,
        };
    }

    static string Text(JsonNode value) => value.AsText() ?? JsonText.Of(value);
}
