using Fairlead.Json;

namespace Fairlead.Server.Registry;

/// <summary>status.conditions of an object, as the server itself writes them.</summary>
static class Conditions
{
    /// <summary>Sets the condition of the type; its lastTransitionTime stays as long as its status does, other fields in any case.</summary>
    public static void Set(JsonObject obj, string type, string status, string reason, string message, string now)
    {
        if (obj["status"] is not JsonObject holder) obj["status"] = holder = [];
        if (holder["conditions"] is not JsonArray conditions) holder["conditions"] = conditions = [];
        var condition = conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == type);
        if (condition is null) conditions.Add((JsonNode)(condition = new JsonObject { ["type"] = type }));
        if (condition.Text("status") != status) condition["lastTransitionTime"] = now;
        (condition["status"], condition["reason"], condition["message"]) = (status, reason, message);
    }
}
