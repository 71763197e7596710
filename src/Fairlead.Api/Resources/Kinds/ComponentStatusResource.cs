using Fairlead.Api.Core.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>componentstatuses: found out when they are read, never stored.</summary>
public static class ComponentStatusResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<ComponentStatus>("componentstatus",
        Cells.Text("Status", "Status of the component conditions", Status),
        Cells.Text("Message", "Message of the component conditions", obj => Healthy(obj).Text("message")),
        Cells.Text("Error", "Error of the component conditions", obj => Healthy(obj).Text("error"))) with
    {
        ShortNames = ["cs"],
        Verbs = ["get", "list"],
        IsStored = false,
        Deprecation = "v1 ComponentStatus is deprecated in v1.19+",
    };

    static JsonObject? Healthy(JsonObject obj) => obj.Objects("conditions").FirstOrDefault(c => c.Text("type") == "Healthy");

    static string Status(JsonObject obj) => Healthy(obj) is not { } condition ? "Unknown" : condition.Text("status") == "True" ? "Healthy" : "Unhealthy";
}
