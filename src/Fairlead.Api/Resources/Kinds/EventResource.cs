using System.Text.Json.Nodes;
using Fairlead.Api.Core.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>events of the core group.</summary>
public static class EventResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Event>("event",
        EventColumns.For("involvedObject", "", "reportingComponent", "message")) with
    {
        NameColumnFirst = false,
        ShortNames = ["ev"],
        SelectableFields = new Dictionary<string, Func<JsonObject, string>>(Select.Fields(
            ("involvedObject.kind", "involvedObject.kind"),
            ("involvedObject.namespace", "involvedObject.namespace"),
            ("involvedObject.name", "involvedObject.name"),
            ("involvedObject.uid", "involvedObject.uid"),
            ("involvedObject.apiVersion", "involvedObject.apiVersion"),
            ("involvedObject.resourceVersion", "involvedObject.resourceVersion"),
            ("involvedObject.fieldPath", "involvedObject.fieldPath"),
            ("reason", "reason"),
            ("reportingComponent", "reportingComponent"),
            ("type", "type")))
        {
            ["source"] = e => e.Text("source.component") is { Length: > 0 } component ? component : e.Text("reportingComponent"),
        },
        Rules = new EventRules("involvedObject"),
    };
}
