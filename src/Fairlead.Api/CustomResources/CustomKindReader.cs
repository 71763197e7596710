using System.Text.Json;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>Makes of a CustomResourceDefinition one <see cref="ResourceDefinition"/> for each version it serves.</summary>
public static class CustomKindReader
{
    static readonly IReadOnlyList<string> ReadWrite = ["get", "patch", "update"];

    /// <summary>The served versions, the preferred one first; the storage version is their storage even if it is not served itself.</summary>
    /// <param name="definition">A definition whose names are accepted.</param>
    /// <param name="conversion">How objects get from one version to another.</param>
    /// <exception cref="FormatException">A schema that was accepted can't be used: one of its patterns is no regular expression.</exception>
    public static IReadOnlyList<ResourceDefinition> Read(JsonObject definition, VersionConversion conversion)
    {
        var versions = definition.Objects("spec.versions");
        if (versions.FirstOrDefault(v => v.Flag("storage")) is not { } stored) return [];
        // Also with a single version: objects may have been stored in one that is no longer.
        var several = versions.Count > 1 || definition.Texts("status.storedVersions").Count > 1;
        var storage = Version(definition, stored) with { Conversion = several ? conversion : null };
        return [.. versions.Where(v => v.Flag("served")).OrderByDescending(v => v.Text("name"), VersionOrder.Instance)
            .Select(v => v == stored ? storage : Version(definition, v) with { Conversion = conversion, Storage = storage })];
    }

    /// <summary>The version in which objects are stored, served or not; null if the definition names none.</summary>
    /// <exception cref="FormatException">Its schema can't be used.</exception>
    public static ResourceDefinition? Stored(JsonObject definition, VersionConversion conversion) =>
        definition.Objects("spec.versions").FirstOrDefault(v => v.Flag("storage")) is { } stored ? Version(definition, stored) with { Conversion = conversion } : null;

    static ResourceDefinition Version(JsonObject definition, JsonObject version)
    {
        var names = definition.At("status.acceptedNames");
        var schema = new Lazy<SchemaNode>(CustomSchemaReader.Root(version.At("schema.openAPIV3Schema") as JsonObject ?? new() { ["x-kubernetes-preserve-unknown-fields"] = true }));
        var hasStatus = version.At("subresources.status") is JsonObject;
        var scale = version.At("subresources.scale") is JsonObject paths ? ScalePaths.Read(paths) : null;
        var group = definition.Text("spec.group");
        return new()
        {
            Group = group,
            Version = version.Text("name"),
            Kind = names.Text("kind"),
            ListKind = names.Text("listKind") is { Length: > 0 } list ? list : null,
            Plural = names.Text("plural"),
            Singular = names.Text("singular"),
            Namespaced = definition.Text("spec.scope") == "Namespaced",
            ShortNames = names.Texts("shortNames"),
            Categories = names.Texts("categories"),
            Schema = schema,
            HasStatus = hasStatus,
            CountsGeneration = true,
            ShortFinalizers = true,
            Scale = scale,
            Subresources = scale is null ? [] : [new("scale", "autoscaling", "v1", "Scale", ReadWrite)],
            Columns = CustomColumns.Of(version),
            SelectableFields = Selectable(version),
            Deprecation = version.Flag("deprecated") ? Warning(definition, version) : null,
            DefaultsOnRead = HasDefaults(schema.Value),
            Rules = new CustomObjectRules(hasStatus, schema.Value),
        };
    }

    static string Warning(JsonObject definition, JsonObject version) =>
        version["deprecationWarning"].AsText() is { Length: > 0 } text ? text
        : $"{definition.Text("spec.group")}/{version.Text("name")} {definition.Text("spec.names.kind")} is deprecated";

    static Dictionary<string, Func<JsonObject, string>> Selectable(JsonObject version)
    {
        var fields = new Dictionary<string, Func<JsonObject, string>>(StringComparer.Ordinal);
        foreach (var field in version.Objects("selectableFields"))
        {
            var path = SimplePath.Parse(field.Text("jsonPath"));
            fields[field.Text("jsonPath").TrimStart('.')] = obj => path.First(obj) is { } value
                ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()
                : "";
        }
        return fields;
    }

    static bool HasDefaults(SchemaNode node) => node.Source is not null && (node.Default is not null
        || (node.Items is { } items && HasDefaults(items)) || (node.AdditionalProperties is { } entry && HasDefaults(entry))
        || node.Properties?.Values.Any(HasDefaults) == true);
}
