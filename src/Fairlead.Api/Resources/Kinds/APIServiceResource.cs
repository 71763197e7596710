using Fairlead.Api.ApiRegistration.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>apiservices.apiregistration.k8s.io.</summary>
public static class APIServiceResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<APIService>("apiservice",
        Cells.Text("Service", "The reference to the service that hosts this API endpoint.", Service),
        Cells.Text("Available", "Whether this service is available.", Available),
        Cells.Age) with
    {
        Categories = ["api-extensions"],
        HasStatus = true,
        NameRule = NameRule.PathSegment,
        Rules = new APIServiceRules(),
    };

    static string Service(JsonObject obj) => obj.At("spec.service") is JsonObject service ? $"{service.Text("namespace")}/{service.Text("name")}" : "Local";

    static string Available(JsonObject obj)
    {
        if (obj.Objects("status.conditions").FirstOrDefault(c => c.Text("type") == "Available") is not { } condition) return "Unknown";
        var (status, reason) = (condition.Text("status"), condition.Text("reason"));
        return status == "True" || reason.Length == 0 ? status : $"{status} ({reason})";
    }
}
