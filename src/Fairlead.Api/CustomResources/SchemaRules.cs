using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>
/// What must hold for the schema of a version: it is structural, uses supported keywords only, its list types make sense
/// and its defaults are valid.
/// </summary>
static class SchemaRules
{
    static readonly string[] AtRootWithStatus = ["description", "type", "format", "title", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
        "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "multipleOf", "required", "items", "properties", "externalDocs", "example",
        "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations"];

    public static void Validate(JsonObject schema, string path, bool hasStatus, FieldErrors errors)
    {
        if (hasStatus) ValidateRootWithStatus(schema, path, errors);
        if (schema.Flag("nullable")) errors.Forbidden(path + ".nullable", "nullable cannot be true at the root");
        var before = errors.All.Count;
        StructuralRules.Validate(schema, path, errors);
        KeywordRules.Validate(schema, path, new(IsRoot: true), errors);
        if (errors.All.Count > before) return;
        try
        {
            DefaultRules.Validate(CustomSchemaReader.Root(schema), path, errors);
        }
        catch (FormatException e)
        {
            errors.Invalid(path, "", $"error building validator: {e.Message}");
        }
    }

    /// <summary>With status apart, only keywords that still make sense when properties.status is taken out may stand at the root.</summary>
    static void ValidateRootWithStatus(JsonObject schema, string path, FieldErrors errors)
    {
        if (schema.Text("type") is not ("object" or ""))
            errors.Invalid(path + ".type", schema.Text("type"), "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled");
        if (schema.Any(p => p.Value is not null && !AtRootWithStatus.Contains(p.Key) && p.Key != "nullable"))
            errors.Invalid(path, "", $"only [{string.Join(' ', AtRootWithStatus)}] fields are allowed at the root of the schema if the status subresource is enabled");
    }
}
