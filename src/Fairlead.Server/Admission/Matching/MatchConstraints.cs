using Fairlead.Api.Resources;
using Fairlead.Api.Selectors;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Matching;

/// <summary>
/// Which writes a webhook, a policy or a binding is about: rules, those that are left out, and selectors of the namespace
/// and of the object. Immutable.
/// </summary>
public sealed class MatchConstraints
{
    readonly ResourceRule[] rules, excluded;
    readonly LabelSelectorText namespaces, objects;
    readonly bool isExact;

    /// <param name="rules">Those that are meant; none: everything.</param>
    /// <param name="holder">What holds excludeResourceRules, namespaceSelector, objectSelector and matchPolicy.</param>
    /// <exception cref="SelectorException">A selector is not valid.</exception>
    public MatchConstraints(JsonArray? rules, JsonObject holder)
    {
        this.rules = Rules(rules);
        excluded = Rules(holder.Array("excludeResourceRules"));
        namespaces = Selector(holder.Object("namespaceSelector"));
        objects = Selector(holder.Object("objectSelector"));
        isExact = holder.Text("matchPolicy") == "Exact";
    }

    /// <summary>The version of the kind in which the write is meant; null if it is not meant at all.</summary>
    public async ValueTask<ResourceDefinition?> MatchAsync(AdmissionAttributes attributes, CancellationToken cancellation)
    {
        var kind = rules.Length == 0 ? attributes.Requested : Meant(rules, attributes);
        if (kind is null || Meant(excluded, attributes) is not null) return null;
        if (!objects.IsEverything && !Labelled(attributes.Object) && !Labelled(attributes.Old)) return null;
        if (namespaces.IsEverything || attributes.Namespace.Length == 0) return kind;
        var ns = await attributes.NamespaceAsync(cancellation).ConfigureAwait(false);
        return namespaces.Matches(ns.Object("metadata").Object("labels")) ? kind : null;
    }

    ResourceDefinition? Meant(ResourceRule[] among, AdmissionAttributes attributes)
    {
        if (among.Length == 0) return null;
        foreach (var kind in attributes.Versions())
        {
            foreach (var rule in among)
            {
                if (rule.Matches(attributes, kind)) return kind;
            }
            if (isExact) return null;
        }
        return null;
    }

    bool Labelled(JsonObject? obj) => obj?["metadata"] is JsonObject metadata && objects.Matches(metadata.Object("labels"));

    static ResourceRule[] Rules(JsonArray? rules) => [.. (rules ?? []).OfType<JsonObject>().Select(r => new ResourceRule(r))];

    static LabelSelectorText Selector(JsonObject? selector) =>
        selector is null ? LabelSelectorText.Everything : LabelSelectorText.FromJson(selector);
}
