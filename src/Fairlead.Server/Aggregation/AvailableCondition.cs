using System.Text.Json.Nodes;
using Fairlead.Api.Resources;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Aggregation;

/// <summary>Writes the condition Available of an APIService.</summary>
static class AvailableCondition
{
    /// <summary>Sets it; the time stays as long as the status does.</summary>
    public static void Set(JsonObject apiService, string status, string reason, string message, string now)
    {
        var conditions = apiService.Make("status")["conditions"] as JsonArray;
        if (conditions is null) apiService.Make("status")["conditions"] = conditions = [];
        var condition = RemoteApi.Condition(apiService);
        if (condition is null) conditions.Add((JsonNode)(condition = new JsonObject { ["type"] = "Available" }));
        if (condition.Text("status") != status) condition["lastTransitionTime"] = now;
        condition["status"] = status;
        condition["reason"] = reason;
        condition["message"] = message;
    }
}
