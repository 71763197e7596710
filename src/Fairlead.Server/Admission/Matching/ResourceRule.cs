using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Matching;

/// <summary>Which operations on which resources are meant: RuleWithOperations and NamedRuleWithOperations. Immutable.</summary>
public sealed class ResourceRule
{
    readonly string[] operations, groups, versions, resources, names;
    readonly string? scope;

    public ResourceRule(JsonObject rule)
    {
        (operations, groups, versions, resources, names) =
            ([.. rule.Texts("operations")], [.. rule.Texts("apiGroups")], [.. rule.Texts("apiVersions")], [.. rule.Texts("resources")], [.. rule.Texts("resourceNames")]);
        scope = rule.Text("scope");
    }

    /// <summary>True if the write is meant, were it made in this version of its kind.</summary>
    public bool Matches(AdmissionAttributes attributes, ResourceDefinition kind) =>
        Has(operations, attributes.Operation) && Has(groups, kind.Group) && Has(versions, kind.Version)
        && MatchesResource(kind.Plural, attributes.Context.Target.Subresource) && MatchesScope(attributes)
        && (names.Length == 0 || names.Contains(attributes.Name));

    bool MatchesResource(string plural, string subresource)
    {
        foreach (var resource in resources)
        {
            var slash = resource.IndexOf('/', StringComparison.Ordinal);
            var (name, sub) = slash < 0 ? (resource, "") : (resource[..slash], resource[(slash + 1)..]);
            if ((name == "*" || name == plural) && (sub == "*" || sub == subresource)) return true;
        }
        return false;
    }

    // A Namespace counts as cluster-wide, though its requests carry its name as theirs.
    bool MatchesScope(AdmissionAttributes attributes) => scope switch
    {
        "Namespaced" => !attributes.IsNamespace && attributes.Namespace.Length > 0,
        "Cluster" => attributes.IsNamespace || attributes.Namespace.Length == 0,
        _ => true,
    };

    static bool Has(string[] list, string value)
    {
        foreach (var one in list)
        {
            if (one == "*" || one == value) return true;
        }
        return false;
    }
}
