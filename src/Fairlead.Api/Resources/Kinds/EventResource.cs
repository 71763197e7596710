using Fairlead.Api.Core.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>events of the core group, the form in which every event is stored.</summary>
public static class EventResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Event>("event",
        EventColumns.For("involvedObject", "", "reportingComponent", "message")) with
    {
        NameColumnFirst = false,
        ShortNames = ["ev"],
        SelectableFields = Fields(),
        Conversion = EventVersions.Conversion,
        Rules = new EventRules(),
    };

    // Selectors are evaluated on the stored form: what events.k8s.io calls a field is known here too.
    static Dictionary<string, Func<JsonObject, string>> Fields()
    {
        string[] own = [.. EventVersions.Parts("involvedObject"), "reason", "reportingComponent", "type"];
        var fields = new Dictionary<string, Func<JsonObject, string>>
        {
            ["source"] = e => e.Text("source.component") is { Length: > 0 } component ? component : e.Text("reportingComponent"),
        };
        foreach (var field in own.Concat(EventVersions.NewFields).Distinct())
        {
            var stored = EventVersions.Stored(field);
            fields[field] = e => e.Text(stored);
        }
        return fields;
    }
}
