using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Pods;

/// <summary>Rules of affinity to nodes and to Pods.</summary>
static class AffinityRules
{
    const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    public static void Validate(JsonObject affinity, string path, FieldErrors errors)
    {
        if (affinity["nodeAffinity"] is JsonObject node) Node(node, $"{path}.nodeAffinity", errors);
        foreach (var field in (string[])["podAffinity", "podAntiAffinity"])
        {
            if (affinity[field] is not JsonObject pods) continue;
            foreach (var (i, term) in pods.Each(Required)) Term(term, $"{path}.{field}.{Required}[{i}]", errors);
            foreach (var (i, weighted) in pods.Each(Preferred))
            {
                var at = $"{path}.{field}.{Preferred}[{i}]";
                Weight(weighted, at, errors);
                if (weighted["podAffinityTerm"] is JsonObject term) Term(term, $"{at}.podAffinityTerm", errors);
            }
        }
    }

    static void Node(JsonObject node, string path, FieldErrors errors)
    {
        if (node[Required] is JsonObject required)
        {
            var at = $"{path}.{Required}.nodeSelectorTerms";
            if (required["nodeSelectorTerms"] is JsonArray { Count: 0 }) errors.Required(at, "must have at least one node selector term");
            foreach (var (i, term) in required.Each("nodeSelectorTerms")) SelectorRules.NodeSelectorTerm(term, $"{at}[{i}]", errors);
        }
        foreach (var (i, weighted) in node.Each(Preferred))
        {
            var at = $"{path}.{Preferred}[{i}]";
            Weight(weighted, at, errors);
            if (weighted["preference"] is JsonObject term) SelectorRules.NodeSelectorTerm(term, $"{at}.preference", errors);
        }
    }

    static void Term(JsonObject term, string path, FieldErrors errors)
    {
        SelectorRules.LabelSelector(term["labelSelector"] as JsonObject, $"{path}.labelSelector", errors);
        SelectorRules.LabelSelector(term["namespaceSelector"] as JsonObject, $"{path}.namespaceSelector", errors);
        foreach (var (i, ns) in term.Texts("namespaces").Index())
            if (NameSyntax.Label(ns) is { } problem) errors.Invalid($"{path}.namespaces[{i}]", ns, problem);
        var key = term.Text("topologyKey");
        if (key.Length == 0)
        {
            if (term["topologyKey"] is not null) errors.Required($"{path}.topologyKey", "can not be empty");
        }
        else if (NameSyntax.QualifiedName(key) is { } problem) errors.Invalid($"{path}.topologyKey", key, problem);
    }

    static void Weight(JsonObject weighted, string path, FieldErrors errors)
    {
        if (weighted.Number("weight") is { } weight and (< 1 or > 100)) errors.Invalid($"{path}.weight", weight, "must be in the range 1-100");
    }
}
