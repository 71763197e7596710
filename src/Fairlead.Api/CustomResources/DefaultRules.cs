using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>A default is a value that the schema itself would take: of the right type, valid, and with nothing to prune.</summary>
static class DefaultRules
{
    public static void Validate(SchemaNode schema, string path, FieldErrors errors)
    {
        if (schema.Source is null) return;
        if (schema.Default is { } value) Check(value, schema, path + ".default", errors);
        if (schema.Items is { } items) Validate(items, path + ".items", errors);
        if (schema.AdditionalProperties is { } entry) Validate(entry, path + ".additionalProperties", errors);
        foreach (var (name, field) in schema.Properties ?? new Dictionary<string, SchemaNode>())
            Validate(field, $"{path}.properties[{name}]", errors);
    }

    static void Check(JsonNode value, SchemaNode schema, string path, FieldErrors errors)
    {
        if (value is JsonObject obj)
        {
            var pruned = (JsonObject)obj.DeepClone();
            if (Pruning.Prune(pruned, schema).Count > 0)
            {
                errors.Add(FieldErrorType.FieldValueInvalid, path, $"Invalid value: {JsonText.Of(value)}: must be pruned");
                return;
            }
        }
        // Defaults below a default are put in before it is used, so they count.
        var whole = value.DeepClone();
        Defaulting.Default(whole, schema);
        var found = new FieldErrors();
        ValueValidation.Validate(whole, schema with { Default = null }, found, new FieldPath());
        foreach (var error in found.All) errors.Add(error.Type, error.Path is "" or "<nil>" ? path : $"{path}.{error.Path}", error.Message.Replace(":  in body", $": {path} in body", StringComparison.Ordinal));
    }
}
