using Fairlead.Api.Discovery;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.OpenApi;

/// <summary>
/// Schema nodes as OpenAPI definitions. Every named type that is met is rendered once and referred to from then on.
/// One instance makes one document.
/// </summary>
/// <param name="v3">OpenAPI 3.0 rather than 2.0: other reference paths, and oneOf for values of two types.</param>
sealed class OpenApiSchemas(bool v3)
{
    readonly SortedDictionary<string, JsonObject> definitions = new(StringComparer.Ordinal);

    public bool IsV3 => v3;

    /// <summary>The definitions met so far, by name.</summary>
    public JsonObject Definitions() => new([.. definitions.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value.DeepClone()))]);

    /// <summary>A reference to a kind, whose definition carries its group, version and kind.</summary>
    public JsonObject Kind(ResourceDefinition kind)
    {
        var name = DefinitionName(kind);
        var schema = kind.Schema.Value;
        // Clients of version 2 that know a field would refuse those that they don't know.
        if (!v3 && schema is { Source: not null, PreserveUnknownFields: true }) schema = new SchemaNode { Type = SchemaType.Object };
        var reference = Named(name, schema);
        definitions[name]["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(kind.Group, kind.Version, kind.Kind));
        return reference;
    }

    /// <summary>A reference to the list of a kind.</summary>
    public JsonObject List(ResourceDefinition kind)
    {
        var name = DefinitionName(kind) + "List";
        var listKind = kind.ListKind ?? kind.Kind + "List";
        if (!definitions.ContainsKey(name))
            definitions[name] = new JsonObject
            {
                ["description"] = $"{listKind} is a list of {kind.Kind}.",
                ["type"] = "object",
                ["required"] = DiscoveryDocuments.Array("items"),
                ["properties"] = new JsonObject
                {
                    ["apiVersion"] = Text("The versioned schema of this list, as group/version, or version alone for the core group."),
                    ["items"] = new JsonObject { ["description"] = "The objects.", ["type"] = "array", ["items"] = Kind(kind) },
                    ["kind"] = Text("The name of the list's kind."),
                    ["metadata"] = Field(SchemaReader.Read(typeof(ListMeta)) with { Description = "The revision and the place of this part of the list." }),
                },
                ["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(kind.Group, kind.Version, listKind)),
            };
        return Reference(name);
    }

    /// <summary>A reference to one of meta/v1's own types.</summary>
    public JsonObject Meta(Type type, string? kind = null)
    {
        var schema = SchemaReader.Read(type);
        var reference = Named(schema.DefinitionName!, schema);
        if (kind is not null)
            definitions[schema.DefinitionName!]["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind("", "v1", kind));
        return reference;
    }

    /// <summary>meta/v1 Patch and WatchEvent have no records: the one is any object, the other wraps one.</summary>
    public JsonObject Patch() => Given(DefinitionNames.MetaPrefix + "Patch", new()
    {
        ["description"] = "A change to an object; its Content-Type says in which form.",
        ["type"] = "object",
    });

    public JsonObject WatchEvent() => Given(DefinitionNames.MetaPrefix + "WatchEvent", new()
    {
        ["description"] = "One event of a watch: what happened and the object it happened to.",
        ["type"] = "object",
        ["required"] = DiscoveryDocuments.Array("type", "object"),
        ["properties"] = new JsonObject
        {
            ["object"] = new JsonObject { ["description"] = "The object, or a Status if type is ERROR.", ["type"] = "object" },
            ["type"] = Text("ADDED, MODIFIED, DELETED, BOOKMARK or ERROR."),
        },
        ["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind("", "v1", "WatchEvent")),
    });

    public static JsonObject GroupVersionKind(string group, string version, string kind) =>
        new() { ["group"] = group, ["kind"] = kind, ["version"] = version };

    /// <summary>io.k8s.api.core.v1.Pod; for a custom kind its group reversed, as upstream.</summary>
    static string DefinitionName(ResourceDefinition kind) =>
        kind.Schema.Value.DefinitionName ?? $"{string.Join('.', kind.Group.Split('.').Reverse())}.{kind.Version}.{kind.Kind}";

    JsonObject Given(string name, JsonObject definition)
    {
        definitions.TryAdd(name, definition);
        return Reference(name);
    }

    JsonObject Reference(string name) => new() { ["$ref"] = (v3 ? "#/components/schemas/" : "#/definitions/") + name };

    JsonObject Named(string name, SchemaNode schema)
    {
        if (definitions.TryAdd(name, [])) // before its fields, so that a type may contain itself
        {
            var body = Body(schema);
            if ((schema.DefinitionDescription ?? schema.Description) is { } text) body.Insert(0, "description", text);
            if (schema.AtomicMap) body["x-kubernetes-map-type"] = "atomic";
            definitions[name] = body;
        }
        return Reference(name);
    }

    /// <summary>A field: a reference with the field's own facts beside it, or the schema itself.</summary>
    JsonObject Field(SchemaNode schema)
    {
        JsonObject field;
        if (schema.DefinitionName is not { } name) field = Body(schema);
        else if (!v3) field = Named(name, schema);
        else if (schema.Description is null && schema.Default is null) return Named(name, schema);
        else field = new JsonObject { ["allOf"] = new JsonArray(Named(name, schema)) };
        if (schema.Description is { } text) field["description"] = text;
        if (schema.Default is { } value and not JsonArray { Count: 0 }) field["default"] = value.DeepClone();
        MergeRules(field, schema);
        return field;
    }

    static void MergeRules(JsonObject field, SchemaNode schema)
    {
        if (schema.Type == SchemaType.Array && schema.ListTypeStated)
        {
            field["x-kubernetes-list-type"] = schema.ListType.ToString().ToLowerInvariant();
            if (schema.ListType == ListType.Map) field["x-kubernetes-list-map-keys"] = DiscoveryDocuments.Array(schema.ListMapKeys);
        }
        if (schema.AtomicMap && schema.Type == SchemaType.Object) field["x-kubernetes-map-type"] = "atomic";
        if (schema.PatchMergeKey is { } key) field["x-kubernetes-patch-merge-key"] = key;
        var strategy = (schema.PatchStrategy.HasFlag(PatchStrategy.Merge), schema.PatchStrategy.HasFlag(PatchStrategy.RetainKeys)) switch
        {
            (true, true) => "merge,retainKeys",
            (true, false) => "merge",
            (false, true) => "retainKeys",
            _ => null,
        };
        if (strategy is not null) field["x-kubernetes-patch-strategy"] = strategy;
    }

    JsonObject Body(SchemaNode schema)
    {
        var body = new JsonObject();
        if (!v3 && schema.Source is not null) schema = InVersion2(schema);
        if (schema.Source is { } source) Constraints(body, source);
        if (v3 && (schema.IntOrString || schema.Format == "quantity"))
            body["oneOf"] = schema.IntOrString
                ? new JsonArray(Typed("integer"), Typed("string"))
                : new JsonArray(Typed("string"), Typed("number"));
        else if (schema.Type != SchemaType.Any && (v3 || !schema.Nullable)) body["type"] = schema.Type.ToString().ToLowerInvariant();
        if (schema.Format is { } format && format != "quantity") body["format"] = format;
        if (schema.IntOrString && schema.DefinitionName is null) body["x-kubernetes-int-or-string"] = true;
        if (schema.EmbeddedResource) body["x-kubernetes-embedded-resource"] = true;
        if (schema.PreserveUnknownFields && schema.DefinitionName is null && (schema.Type != SchemaType.Object || schema.Source is not null))
            body["x-kubernetes-preserve-unknown-fields"] = true;
        if (schema.Values.Count > 0) body["enum"] = DiscoveryDocuments.Array(schema.Values.Order(StringComparer.Ordinal));
        if (schema.Nullable && v3) body["nullable"] = true;
        if (schema.Items is { } items) body["items"] = Field(items);
        if (schema.AdditionalProperties is { } entry) body["additionalProperties"] = Field(entry);
        if (schema.Required.Count > 0) body["required"] = DiscoveryDocuments.Array(schema.Required);
        if (schema.Properties is { Count: > 0 } fields)
            body["properties"] = new JsonObject(
                fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, (JsonNode?)Field(f.Value))));
        return body;
    }

    /// <summary>
    /// A custom schema as far as clients of version 2 can read it: they take no null and no unknown field where a type, fields
    /// or elements are stated, and no list without elements.
    /// </summary>
    static SchemaNode InVersion2(SchemaNode schema)
    {
        if (schema.Required.Count > 0)
            schema = schema with { Required = schema.AdditionalProperties is { Nullable: true } ? [] : [.. schema.Required.Where(r => schema.Properties?.GetValueOrDefault(r) is not { Nullable: true })] };
        if (schema.Nullable || schema.PreserveUnknownFields) schema = schema with { Items = null, Properties = null };
        var stays = !schema.Nullable && !(schema.PreserveUnknownFields && schema.Type == SchemaType.Object) && !(schema.Items is null && schema.Type == SchemaType.Array);
        return stays ? schema : schema with { Type = SchemaType.Any };
    }

    /// <summary>What the JSON schema of a custom kind says of values; version 2 has no words for combinations.</summary>
    void Constraints(JsonObject body, JsonObject source)
    {
        foreach (var key in (string[])["title", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems",
            "multipleOf", "maxProperties", "minProperties", "enum", .. v3 ? (string[])["allOf", "anyOf", "oneOf", "not", "x-kubernetes-validations"] : []])
            if (source[key] is { } value) body[key] = value.DeepClone();
    }

    static JsonObject Typed(string type) => new() { ["type"] = type };

    static JsonObject Text(string description) => new() { ["description"] = description, ["type"] = "string" };
}
