using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>What an update of a definition may rest on: the spec as it was, which newer rules must not make invalid.</summary>
/// <param name="Old">The spec before; null at a creation.</param>
public sealed record DefinitionUpdate(JsonObject? Old = null);

/// <summary>
/// What must hold for the spec of a CustomResourceDefinition; the words are upstream's
/// (apiextensions-apiserver, pkg/apis/apiextensions/validation).
/// </summary>
static class DefinitionSpecRules
{
    static readonly string[] ColumnTypes = ["boolean", "date", "integer", "number", "string"];
    static readonly string[] ColumnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

    public static void Validate(JsonObject spec, DefinitionUpdate update, FieldErrors errors)
    {
        ValidateGroup(spec.Text("group"), errors);
        if (spec.Text("scope") is var scope && scope.Length == 0) errors.Required("spec.scope");
        else if (scope is not ("Cluster" or "Namespaced")) errors.NotSupported("spec.scope", scope, ["Cluster", "Namespaced"]);
        if (spec.Flag("preserveUnknownFields") && update.Old?.Flag("preserveUnknownFields") != true)
            errors.Invalid("spec.preserveUnknownFields", true, "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
        ValidateVersions(spec, update, errors);
        foreach (var name in (string[])["plural", "singular", "kind", "listKind"])
            if (spec.Text("names." + name).Length == 0) errors.Required("spec.names." + name);
        ValidateNames(spec["names"] as JsonObject ?? [], errors);
        ConversionRules.Validate(spec["conversion"] as JsonObject, errors);
    }

    static void ValidateGroup(string group, FieldErrors errors)
    {
        if (group.Length == 0) errors.Required("spec.group");
        else if (NameSyntax.Subdomain(group) is { } wrong) errors.Invalid("spec.group", group, wrong);
        else if (!group.Contains('.', StringComparison.Ordinal)) errors.Invalid("spec.group", group, "should be a domain with at least one dot");
    }

    static void ValidateVersions(JsonObject spec, DefinitionUpdate update, FieldErrors errors)
    {
        var versions = spec.Objects("versions");
        for (var i = 0; i < versions.Count; i++)
            if (versions[i].At("schema.openAPIV3Schema") is not JsonObject) errors.Required($"spec.versions[{i}].schema.openAPIV3Schema");
        for (var i = 0; i < versions.Count; i++)
        {
            if (NameSyntax.Rfc1035Label(versions[i].Text("name")) is { } wrong) errors.Invalid($"spec.versions[{i}].name", versions[i].Text("name"), wrong);
            ValidateVersion(versions[i], $"spec.versions[{i}]", update, errors);
        }
        var shown = spec["versions"]?.ToJsonString() ?? "null";
        if (versions.Select(v => v.Text("name")).Distinct().Count() != versions.Count)
            errors.Add(FieldErrorType.FieldValueInvalid, "spec.versions", $"Invalid value: {shown}: must contain unique version names");
        if (versions.Count(v => v.Flag("storage")) != 1)
            errors.Add(FieldErrorType.FieldValueInvalid, "spec.versions", $"Invalid value: {shown}: must have exactly one version marked as storage version");
    }

    static void ValidateVersion(JsonObject version, string path, DefinitionUpdate update, FieldErrors errors)
    {
        ValidateDeprecation(version, path, errors);
        var hasStatus = version.At("subresources.status") is JsonObject;
        if (version.At("schema.openAPIV3Schema") is JsonObject schema)
        {
            var before = update.Old?.Objects("versions").FirstOrDefault(v => v.Text("name") == version.Text("name")).At("schema.openAPIV3Schema");
            // What was accepted once stays acceptable while it does not change.
            if (!JsonNode.DeepEquals(before, schema)) SchemaRules.Validate(schema, path + ".schema.openAPIV3Schema", hasStatus, errors);
        }
        ValidateScale(version.At("subresources.scale") as JsonObject, path + ".subresources.scale", errors);
        var columns = version.Objects("additionalPrinterColumns");
        for (var i = 0; i < columns.Count; i++) ValidateColumn(columns[i], $"{path}.additionalPrinterColumns[{i}]", errors);
        SelectableFieldRules.Validate(version, path + ".selectableFields", errors);
    }

    static void ValidateDeprecation(JsonObject version, string path, FieldErrors errors)
    {
        if (version["deprecationWarning"].AsText() is not { } warning) return;
        path += ".deprecationWarning";
        if (!version.Flag("deprecated")) errors.Invalid(path, warning, "can only be set for deprecated versions");
        if (warning.Length > 256) errors.Invalid(path, warning, "must be <= 256 characters long");
        if (warning.Length == 0) errors.Invalid(path, warning, "must not be an empty string");
        if (warning.AsSpan().IndexOfAnyInRange('\0', '\x1F') is var at and >= 0)
            errors.Invalid(path, warning, $"must only contain printable UTF-8 characters; non-printable character found at index {at}");
    }

    static void ValidateNames(JsonObject names, FieldErrors errors)
    {
        foreach (var field in (string[])["plural", "singular"])
            if (names.Text(field) is { Length: > 0 } name && NameSyntax.Rfc1035Label(name) is { } wrong) errors.Invalid("spec.names." + field, name, wrong);
        foreach (var field in (string[])["kind", "listKind"])
            if (names.Text(field) is { Length: > 0 } name && NameSyntax.Rfc1035Label(name.ToLowerInvariant()) is { } wrong)
                errors.Invalid("spec.names." + field, name, "may have mixed case, but should otherwise match: " + wrong);
        foreach (var field in (string[])["shortNames", "categories"])
        {
            var list = names.Texts(field);
            for (var i = 0; i < list.Count; i++)
                if (NameSyntax.Rfc1035Label(list[i]) is { } wrong) errors.Invalid($"spec.names.{field}[{i}]", list[i], wrong);
        }
        if (names.Text("kind") is { Length: > 0 } kind && kind == names.Text("listKind"))
            errors.Invalid("spec.names.listKind", kind, "kind and listKind may not be the same");
    }

    static void ValidateScale(JsonObject? scale, string path, FieldErrors errors)
    {
        if (scale is null) return;
        Under("specReplicasPath", ".spec.", "should be a json path under .spec");
        Under("statusReplicasPath", ".status.", "should be a json path under .status");
        if (scale.Text("labelSelectorPath") is not { Length: > 0 } selector) return;
        if (WrongPath(selector) is { } wrong) errors.Invalid(path + ".labelSelectorPath", selector, wrong);
        else if (!selector.StartsWith(".spec.", StringComparison.Ordinal) && !selector.StartsWith(".status.", StringComparison.Ordinal))
            errors.Invalid(path + ".labelSelectorPath", selector, "should be a json path under either .spec or .status");

        void Under(string field, string root, string otherwise)
        {
            var text = scale.Text(field);
            if (text.Length == 0) errors.Required($"{path}.{field}");
            else if (WrongPath(text) is { } bad) errors.Invalid($"{path}.{field}", text, bad);
            else if (!text.StartsWith(root, StringComparison.Ordinal)) errors.Invalid($"{path}.{field}", text, otherwise);
        }
    }

    static void ValidateColumn(JsonObject column, string path, FieldErrors errors)
    {
        if (column.Text("name").Length == 0) errors.Required(path + ".name");
        var (type, format, jsonPath) = (column.Text("type"), column.Text("format"), column.Text("jsonPath"));
        if (type.Length == 0) errors.Required(path + ".type", $"must be one of {string.Join(',', ColumnTypes)}");
        else if (!ColumnTypes.Contains(type)) errors.Invalid(path + ".type", type, $"must be one of {string.Join(',', ColumnTypes)}");
        if (format.Length > 0 && !ColumnFormats.Contains(format)) errors.Invalid(path + ".format", format, $"must be one of {string.Join(',', ColumnFormats)}");
        if (jsonPath.Length == 0) errors.Required(path + ".JSONPath");
        else if (WrongPath(jsonPath) is { } wrong) errors.Invalid(path + ".JSONPath", jsonPath, wrong);
    }

    static string? WrongPath(string path) => path.StartsWith('.') ? null : "must be a simple json path starting with .";
}
