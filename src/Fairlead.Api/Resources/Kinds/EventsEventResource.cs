using System.Text.Json.Nodes;
using Fairlead.Api.Events.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>events.events.k8s.io.</summary>
public static class EventsEventResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Event>("event",
        EventColumns.For("regarding", "deprecated", "reportingController", "note")) with
    {
        NameColumnFirst = false,
        ShortNames = ["ev"],
        SelectableFields = new Dictionary<string, Func<JsonObject, string>>(Select.Fields(
            ("regarding.kind", "regarding.kind"),
            ("regarding.namespace", "regarding.namespace"),
            ("regarding.name", "regarding.name"),
            ("regarding.uid", "regarding.uid"),
            ("regarding.apiVersion", "regarding.apiVersion"),
            ("regarding.resourceVersion", "regarding.resourceVersion"),
            ("regarding.fieldPath", "regarding.fieldPath"),
            ("reason", "reason"),
            ("reportingController", "reportingController"),
            ("type", "type"))),
        Rules = new EventRules("regarding"),
    };
}
