using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of requests and limits.</summary>
static class ResourceRequirementRules
{
    /// <summary>Adds what is wrong with the resources of one container.</summary>
    public static void Validate(JsonNode? resources, string path, JsonObject spec, FieldErrors errors)
    {
        if (resources is not JsonObject) return;
        var limits = Read(resources.At("limits"), $"{path}.limits", errors);
        var requests = Read(resources.At("requests"), $"{path}.requests", errors);
        foreach (var (name, request) in requests)
        {
            if (limits.TryGetValue(name, out var limit))
            {
                if (!MayExceed(name) && request != limit)
                    errors.Invalid($"{path}.requests", request.ToString(), $"must be equal to {name} limit of {limit}");
                else if (request > limit)
                    errors.Invalid($"{path}.requests", request.ToString(), $"must be less than or equal to {name} limit of {limit}");
            }
            else if (!MayExceed(name)) errors.Required($"{path}.limits", "Limit must be set for non overcommitable resources");
        }
        Claims(resources, $"{path}.claims", spec, errors);
    }

    /// <summary>Rewrites the amounts of a resource list in their canonical form.</summary>
    public static void Canonicalise(JsonNode? list)
    {
        if (list is not JsonObject amounts) return;
        foreach (var (name, node) in amounts.ToList())
            if (TextOf(node) is { } text && Quantity.TryParse(text, out var quantity) && (quantity.ToString() != text || node.AsText() is null))
                amounts[name] = quantity.ToString();
    }

    static Dictionary<string, Quantity> Read(JsonNode? list, string path, FieldErrors errors)
    {
        var amounts = new Dictionary<string, Quantity>();
        if (list is not JsonObject map) return amounts;
        foreach (var (name, node) in map)
        {
            var at = $"{path}[{name}]";
            if (NameSyntax.QualifiedName(name) is { } problem) errors.Invalid(at, name, problem);
            else if (!name.Contains('/') && !IsStandard(name)) errors.Invalid(at, name, "must be a standard resource for containers");
            if (!Quantity.TryParse(TextOf(node), out var amount)) continue;
            if (amount.Sign < 0) errors.Invalid(at, amount.ToString(), "must be greater than or equal to 0");
            else if (name.Contains('/') && amount.MilliValue % 1000 != 0) errors.Invalid(at, amount.ToString(), "must be an integer");
            amounts[name] = amount;
        }
        return amounts;
    }

    static void Claims(JsonNode resources, string path, JsonObject spec, FieldErrors errors)
    {
        var known = spec.Objects("resourceClaims").Select(c => c.Text("name")).ToHashSet();
        var seen = new HashSet<(string, string)>();
        foreach (var (i, claim) in resources.Each("claims"))
        {
            var name = claim.Text("name");
            if (name.Length == 0)
            {
                if (claim["name"] is not null) errors.Required($"{path}[{i}].name");
                continue;
            }
            if (!seen.Add((name, claim.Text("request")))) errors.Duplicate($"{path}[{i}]", name);
            if (!known.Contains(name)) errors.NotFound($"{path}[{i}]", name);
        }
    }

    static bool IsStandard(string name) => name is "cpu" or "memory" or "ephemeral-storage" || name.StartsWith("hugepages-", StringComparison.Ordinal);

    /// <summary>True if the limit may be above the request: not so for huge pages and extended resources.</summary>
    static bool MayExceed(string name) => !name.Contains('/') && !name.StartsWith("hugepages-", StringComparison.Ordinal);

    static string? TextOf(JsonNode? node) => node is null ? null : node.AsText() ?? node.ToJsonString();
}
