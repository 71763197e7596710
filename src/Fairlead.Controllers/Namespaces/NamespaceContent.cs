using Fairlead.Api.Core.V1;
using Fairlead.Client.Discovery;
using Fairlead.Json;

namespace Fairlead.Controllers.Namespaces;

/// <summary>What is still in a namespace that is being emptied, and the conditions that say so.</summary>
sealed class NamespaceContent
{
    readonly SortedDictionary<string, int> remaining = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, int> finalizers = new(StringComparer.Ordinal);

    /// <summary>What could not be listed or deleted.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Versions of which nobody knows what they have: something of theirs may be left.</summary>
    public List<string> Undiscovered { get; } = [];

    public bool IsEmpty => remaining.Count == 0 && Failures.Count == 0 && Undiscovered.Count == 0;

    /// <summary>True if something of the resource is left.</summary>
    public bool Has(ApiResourceName resource) => remaining.ContainsKey(NameOf(resource));

    static string NameOf(ApiResourceName resource) => $"{resource.Plural}.{resource.Group}";

    public void Add(ApiResourceName resource, JsonArray items)
    {
        if (items.Count == 0) return;
        remaining[NameOf(resource)] = items.Count;
        foreach (var finalizer in items.SelectMany(i => i?["metadata"]?["finalizers"] as JsonArray ?? []))
        {
            var name = (string)finalizer!;
            finalizers[name] = finalizers.GetValueOrDefault(name) + 1;
        }
    }

    public IReadOnlyList<NamespaceCondition> Conditions(IReadOnlyList<NamespaceCondition>? before, DateTimeOffset now)
    {
        return
        [
            One("NamespaceDeletionDiscoveryFailure", Undiscovered.Count > 0, "DiscoveryFailed", "ResourcesDiscovered",
                Undiscovered.Count > 0 ? $"Discovery failed for some groups, {Undiscovered.Count} failing: unable to retrieve the complete list of server APIs: {string.Join(", ", Undiscovered)}" : "All resources successfully discovered"),
            One("NamespaceDeletionGroupVersionParsingFailure", false, "", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            One("NamespaceDeletionContentFailure", Failures.Count > 0, "ContentDeletionFailed", "ContentDeleted",
                Failures.Count > 0 ? $"Failed to delete all resource types, {Failures.Count} remaining: {string.Join(", ", Failures.Order(StringComparer.Ordinal))}" : "All content successfully deleted, may be waiting on finalization"),
            One("NamespaceContentRemaining", remaining.Count > 0, "SomeResourcesRemain", "ContentRemoved",
                remaining.Count > 0 ? "Some resources are remaining: " + string.Join(", ", remaining.Select(r => $"{r.Key} has {r.Value} resource instances")) : "All content successfully removed"),
            One("NamespaceFinalizersRemaining", finalizers.Count > 0, "SomeFinalizersRemain", "ContentHasNoFinalizers",
                finalizers.Count > 0 ? "Some content in the namespace has finalizers remaining: " + string.Join(", ", finalizers.Select(f => $"{f.Key} in {f.Value} resource instances")) : "All content-preserving finalizers finished"),
        ];

        NamespaceCondition One(string type, bool holds, string reason, string otherwise, string message)
        {
            var status = holds ? "True" : "False";
            var old = before?.FirstOrDefault(c => c.Type == type);
            return new NamespaceCondition
            {
                Type = type,
                Status = status,
                Reason = holds ? reason : otherwise,
                Message = message,
                LastTransitionTime = old?.Status == status ? old.LastTransitionTime : now,
            };
        }
    }
}
