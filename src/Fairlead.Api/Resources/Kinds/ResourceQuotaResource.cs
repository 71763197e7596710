using Fairlead.Api.Core.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>resourcequotas.</summary>
public static class ResourceQuotaResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<ResourceQuota>("resourcequota",
        Cells.Age,
        Cells.Text("Request", "What is used, of how much: everything but limits.", q => Uses(q, false)),
        Cells.Text("Limit", "What is used, of how much: limits.", q => Uses(q, true))) with
    {
        ShortNames = ["quota"],
        HasStatus = true,
        Rules = new ResourceQuotaRules(),
    };

    static string Uses(JsonObject quota, bool limits) => string.Join(", ", (quota.At("status.hard") as JsonObject ?? [])
        .Where(h => h.Key.StartsWith("limits.", StringComparison.Ordinal) == limits).OrderBy(h => h.Key, StringComparer.Ordinal)
        .Select(h => $"{h.Key}: {(quota.At("status.used") as JsonObject)?[h.Key].AsText() ?? "0"}/{h.Value.AsText()}"));
}
