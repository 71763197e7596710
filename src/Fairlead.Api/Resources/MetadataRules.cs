using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>What must hold for the metadata of every kind.</summary>
public static class MetadataRules
{
    /// <summary>All annotations of an object together, keys included.</summary>
    public const int MaxAnnotationBytes = 256 * 1024;

    /// <summary>Adds what is wrong with an object's metadata.</summary>
    public static void Validate(ResourceDefinition kind, JsonObject obj, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(errors);
        var metadata = obj.At("metadata");
        ValidateName(kind, metadata, errors);
        ValidateNamespace(kind, metadata, errors);
        if (metadata.Number("generation") is < 0 and var generation) errors.Invalid("metadata.generation", generation, "must be greater than or equal to 0");
        ValidateLabels(metadata.Pairs("labels"), "metadata.labels", errors);
        ValidateAnnotations(metadata.Pairs("annotations"), "metadata.annotations", errors);
        ValidateOwners(metadata.Objects("ownerReferences"), errors);
        ValidateFinalizers(kind, metadata.Texts("finalizers"), errors);
    }

    /// <summary>Adds what is wrong with a change of metadata: identity stays, and what is being deleted gets no new finalizers.</summary>
    public static void ValidateUpdate(ResourceDefinition kind, JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(kind, obj, errors);
        foreach (var field in (string[])["name", "namespace", "uid"])
        {
            var now = obj.Text("metadata." + field);
            if (now != old.Text("metadata." + field)) errors.Invalid("metadata." + field, now, "field is immutable");
        }
        if (old.Text("metadata.deletionTimestamp").Length == 0) return;
        var added = obj.Texts("metadata.finalizers").Except(old.Texts("metadata.finalizers")).Order(StringComparer.Ordinal).ToList();
        if (added.Count > 0)
            errors.Forbidden("metadata.finalizers", "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                + string.Join(", ", added.Select(f => $"\"{f}\"")) + "}");
    }

    /// <summary>Adds what is wrong with a map of labels.</summary>
    public static void ValidateLabels(IEnumerable<KeyValuePair<string, string>> labels, string path, FieldErrors errors)
    {
        foreach (var (key, value) in labels)
        {
            if (NameSyntax.QualifiedName(key) is { } wrongKey) errors.Invalid(path, key, wrongKey);
            if (NameSyntax.LabelValue(value) is { } wrongValue) errors.Invalid(path, value, wrongValue);
        }
    }

    /// <summary>Adds what is wrong with a map of annotations. Their keys may hold capital letters in the prefix too.</summary>
    public static void ValidateAnnotations(IReadOnlyList<KeyValuePair<string, string>> annotations, string path, FieldErrors errors)
    {
        foreach (var (key, _) in annotations)
            if (NameSyntax.QualifiedName(key.ToLowerInvariant()) is { } wrong) errors.Invalid(path, key, wrong);
        var size = annotations.Sum(p => (long)Encoding.UTF8.GetByteCount(p.Key) + Encoding.UTF8.GetByteCount(p.Value));
        if (size > MaxAnnotationBytes) errors.TooLong(path, MaxAnnotationBytes);
    }

    static void ValidateName(ResourceDefinition kind, JsonNode? metadata, FieldErrors errors)
    {
        var (name, prefix) = (metadata.Text("name"), metadata.Text("generateName"));
        // A prefix may end in a hyphen: a name made from it does not.
        if (prefix.Length > 0 && NameSyntax.Wrong(kind.NameRule, prefix.EndsWith('-') ? prefix[..^1] + "a" : prefix) is { } wrongPrefix)
            errors.Invalid("metadata.generateName", prefix, wrongPrefix);
        if (name.Length == 0) errors.Required("metadata.name", "name or generateName is required");
        else if (NameSyntax.Wrong(kind.NameRule, name) is { } wrong) errors.Invalid("metadata.name", name, wrong);
    }

    static void ValidateNamespace(ResourceDefinition kind, JsonNode? metadata, FieldErrors errors)
    {
        var ns = metadata.Text("namespace");
        if (!kind.Namespaced)
        {
            if (ns.Length > 0) errors.Forbidden("metadata.namespace", "not allowed on this type");
        }
        else if (ns.Length == 0) errors.Required("metadata.namespace");
        else if (NameSyntax.Label(ns) is { } wrong) errors.Invalid("metadata.namespace", ns, wrong);
    }

    static void ValidateOwners(IReadOnlyList<JsonObject> owners, FieldErrors errors)
    {
        const string path = "metadata.ownerReferences";
        foreach (var owner in owners)
        {
            if (owner.Text("apiVersion").Split('/')[^1].Length == 0) errors.Invalid(path + ".apiVersion", owner.Text("apiVersion"), "version must not be empty");
            foreach (var field in (string[])["kind", "name", "uid"])
                if (owner.Text(field).Length == 0) errors.Invalid($"{path}.{field}", "", "must not be empty");
            if (owner.Text("apiVersion") is "v1" && owner.Text("kind") is "Event")
                errors.Invalid(path, "Event", "v1, Kind=Event is disallowed from being an owner");
        }
        if (owners.Where(o => o.Flag("controller")).Take(2).ToList() is [var first, var second])
            errors.Invalid(path, $"{owners.Count} references",
                $"Only one reference can have Controller set to true. Found \"true\" in references for {Show(first)} and {Show(second)}");
    }

    static string Show(JsonObject owner) => $"{owner.Text("kind")}/{owner.Text("name")}";

    /// <summary>What to tell the writer of an object that may have such finalizers: the new ones that others may also think theirs.</summary>
    public static IEnumerable<string> FinalizerWarnings(ResourceDefinition kind, JsonObject obj, JsonObject? old) =>
        !kind.ShortFinalizers || kind.Type is not null ? []
        : obj.Texts("metadata.finalizers").Where(IsShort).Except(old?.Texts("metadata.finalizers") ?? [])
            .Select(f => $"metadata.finalizers: \"{f}\": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers");

    static bool IsShort(string finalizer) => !finalizer.Contains('/', StringComparison.Ordinal) && finalizer is not ("orphan" or "foregroundDeletion" or "kubernetes");

    static void ValidateFinalizers(ResourceDefinition kind, IReadOnlyList<string> finalizers, FieldErrors errors)
    {
        const string path = "metadata.finalizers";
        for (var i = 0; i < finalizers.Count; i++)
        {
            if (NameSyntax.QualifiedName(finalizers[i]) is { } wrong) errors.Invalid(path, finalizers[i], wrong);
            else if (!kind.ShortFinalizers && IsShort(finalizers[i]))
                errors.Invalid($"{path}[{i}]", finalizers[i], "name is neither a standard finalizer name nor is it fully qualified");
        }
        if (finalizers.Contains("orphan") && finalizers.Contains("foregroundDeletion"))
            errors.Invalid(path, string.Join(",", finalizers), "finalizer orphan and foregroundDeletion cannot be both set");
    }
}
