using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>What x-kubernetes-list-type, -list-map-keys and -map-type ask of the schema that has them.</summary>
static class ListTypeRules
{
    public static void Validate(JsonObject schema, string path, FieldErrors errors)
    {
        var (type, listType, mapType) = (schema.Text("type"), schema.Text("x-kubernetes-list-type"), schema.Text("x-kubernetes-map-type"));
        var items = schema["items"] as JsonObject;
        if (mapType.Length > 0)
        {
            MustBe(type, "object", path, "must be object if x-kubernetes-map-type is specified", errors);
            if (mapType is not ("atomic" or "granular")) errors.NotSupported(path + ".x-kubernetes-map-type", mapType, ["atomic", "granular"]);
        }
        if (listType.Length > 0)
        {
            MustBe(type, "array", path, "must be array if x-kubernetes-list-type is specified", errors);
            if (listType is not ("atomic" or "set" or "map")) errors.NotSupported(path + ".x-kubernetes-list-type", listType, ["atomic", "set", "map"]);
        }
        if (listType == "set" && type == "array" && items is not null) SetOf(items, path, errors);
        if (schema["x-kubernetes-list-map-keys"] is JsonArray { Count: > 0 } && listType != "map")
        {
            if (listType.Length == 0) errors.Required(path + ".x-kubernetes-list-type", "must be map if x-kubernetes-list-map-keys is non-empty");
            else errors.Invalid(path + ".x-kubernetes-list-type", listType, "must be map if x-kubernetes-list-map-keys is non-empty");
        }
        if (listType == "map") MapOf(schema, items, path, errors);
        if (listType is "map" or "set" && items.Flag("nullable")) errors.Forbidden(path + ".items.nullable", $"cannot be nullable when x-kubernetes-list-type is {listType}");
    }

    static void MustBe(string type, string wanted, string path, string words, FieldErrors errors)
    {
        if (type.Length == 0) errors.Required(path + ".type", words);
        else if (type != wanted) errors.Invalid(path + ".type", type, words);
    }

    static void SetOf(JsonObject items, string path, FieldErrors errors)
    {
        const string words = "must be atomic as item of a list with x-kubernetes-list-type=set";
        if (items.Text("type") == "array" && items.Text("x-kubernetes-list-type") is not ("" or "atomic"))
            errors.Invalid(path + ".items.x-kubernetes-list-type", items.Text("x-kubernetes-list-type"), words);
        if (items.Text("type") == "object" && items.Text("x-kubernetes-map-type") != "atomic")
            errors.Invalid(path + ".items.x-kubernetes-map-type", items["x-kubernetes-map-type"].AsText(), words);
    }

    static void MapOf(JsonObject schema, JsonObject? items, string path, FieldErrors errors)
    {
        var keys = schema.Texts("x-kubernetes-list-map-keys");
        if (keys.Count == 0) errors.Required(path + ".x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        if (items is null)
        {
            errors.Required(path + ".items", "must have a schema if x-kubernetes-list-type is map");
            return;
        }
        if (items.Text("type") is var type and not "object")
        {
            errors.Invalid(path + ".items.type", type, "must be object if parent array's x-kubernetes-list-type is map");
            return;
        }
        var shown = schema["x-kubernetes-list-map-keys"]?.ToJsonString() ?? "[]";
        foreach (var key in keys)
        {
            if (items["properties"]?[key] is not JsonObject field)
            {
                errors.Add(FieldErrorType.FieldValueInvalid, path + ".x-kubernetes-list-map-keys", $"Invalid value: {shown}: entries must all be names of item properties");
                continue;
            }
            var at = $"{path}.items.properties[{key}]";
            if (field.Text("type") is "array" or "object") errors.Invalid(at + ".type", "object", "must be a scalar type if parent array's x-kubernetes-list-type is map");
            if (!items.Texts("required").Contains(key) && field["default"] is null)
                errors.Required(at + ".default", "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
            if (field.Flag("nullable")) errors.Forbidden(at + ".nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
        }
        if (keys.Distinct().Count() != keys.Count)
            errors.Add(FieldErrorType.FieldValueInvalid, path + ".x-kubernetes-list-map-keys", $"Invalid value: {shown}: must not contain duplicate entries");
    }
}
