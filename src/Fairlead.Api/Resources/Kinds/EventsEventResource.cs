using Fairlead.Api.Events.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>events.events.k8s.io: the events of the core group under other field names, with stricter rules.</summary>
public static class EventsEventResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Event>("event",
        EventColumns.For("regarding", "deprecated", "reportingController", "note")) with
    {
        NameColumnFirst = false,
        ShortNames = ["ev"],
        SelectableFields = EventVersions.NewFields.ToDictionary(field => field, field => (Func<JsonObject, string>)(e => e.Text(field))),
        Storage = EventResource.Definition,
        Conversion = EventVersions.Conversion,
        Rules = new EventsEventRules(),
    };
}
