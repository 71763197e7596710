using Fairlead.Api.Discovery;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.OpenApi;

/// <summary>The paths and operations of one kind, with the extensions by which kubectl finds them.</summary>
sealed class OpenApiPaths(OpenApiSchemas schemas)
{
    static readonly string[] Answers = ["application/json", "application/yaml"];
    static readonly string[] PatchTypes =
        ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"];

    /// <summary>Adds the paths of a kind: its collection over all namespaces and in one, the object, the subresources.</summary>
    public void Add(JsonObject paths, ResourceDefinition kind)
    {
        var root = (kind.Group.Length == 0 ? "/api/" : $"/apis/{kind.Group}/") + kind.Version;
        var collection = kind.Namespaced ? $"{root}/namespaces/{{namespace}}/{kind.Plural}" : $"{root}/{kind.Plural}";
        var scope = kind.Namespaced ? (OpenApiParameter[])[OpenApiParameter.Namespace] : [];
        if (kind.Namespaced && kind.Verbs.Contains("list"))
            paths[$"{root}/{kind.Plural}"] = Path([], ("get", ListOperation(kind, "ForAllNamespaces")));
        paths[collection] = Path(scope, Collection(kind));
        var name = OpenApiParameter.ObjectName(kind.Kind);
        if (Object(kind) is { Length: > 0 } operations) paths[$"{collection}/{{name}}"] = Path([.. scope, name], operations);
        foreach (var sub in SubresourceDefinition.Of(kind))
            paths[$"{collection}/{{name}}/{sub.Name}"] = Path([.. scope, name], Subresource(kind, sub));
    }

    JsonObject Path(OpenApiParameter[] parameters, params (string Method, JsonObject Operation)[] operations)
    {
        var path = new JsonObject();
        foreach (var (method, operation) in operations) path[method] = operation;
        path["parameters"] = Render([.. parameters, OpenApiParameter.Pretty]);
        return path;
    }

    (string, JsonObject)[] Collection(ResourceDefinition kind)
    {
        var operations = new List<(string, JsonObject)>();
        if (kind.Verbs.Contains("list")) operations.Add(("get", ListOperation(kind, "")));
        if (kind.Verbs.Contains("create")) operations.Add(("post", Operation(kind, "create", "post", OpenApiParameter.Write, schemas.Kind(kind), schemas.Kind(kind), 201)));
        if (kind.Verbs.Contains("deletecollection"))
            operations.Add(("delete", Operation(kind, "deleteCollection", "deletecollection", [.. OpenApiParameter.Delete, .. OpenApiParameter.List], DeleteOptions(), Status())));
        return [.. operations];
    }

    (string, JsonObject)[] Object(ResourceDefinition kind)
    {
        var operations = new List<(string, JsonObject)>();
        if (kind.Verbs.Contains("get")) operations.Add(("get", Operation(kind, "read", "get", [], null, schemas.Kind(kind))));
        if (kind.Verbs.Contains("update")) operations.Add(("put", Operation(kind, "replace", "put", OpenApiParameter.Write, schemas.Kind(kind), schemas.Kind(kind))));
        if (kind.Verbs.Contains("patch")) operations.Add(("patch", Operation(kind, "patch", "patch", OpenApiParameter.Patch, schemas.Patch(), schemas.Kind(kind))));
        if (kind.Verbs.Contains("delete")) operations.Add(("delete", Operation(kind, "delete", "delete", OpenApiParameter.Delete, DeleteOptions(), Status())));
        return [.. operations];
    }

    (string, JsonObject)[] Subresource(ResourceDefinition kind, SubresourceDefinition sub)
    {
        var own = (sub.Group, sub.Version, sub.Kind) == (kind.Group, kind.Version, kind.Kind);
        var connect = sub.Name is "exec" or "attach" or "portforward" or "proxy";
        var spoken = kind with { Group = sub.Group, Version = sub.Version, Kind = sub.Kind };
        var suffix = char.ToUpperInvariant(sub.Name[0]) + sub.Name[1..];
        var body = own ? schemas.Kind(kind) : new JsonObject { ["type"] = "object" };
        JsonObject Copy() => (JsonObject)body.DeepClone();
        return [.. sub.Verbs.Select(verb => verb switch
        {
            _ when connect => (Method(verb), Operation(spoken, $"connect{Method(verb)}", "connect", [], null, new() { ["type"] = "string" }, suffix: suffix)),
            "get" => ("get", Operation(spoken, "read", "get", [], null, sub.Name == "log" ? new() { ["type"] = "string" } : Copy(), suffix: suffix)),
            "create" => ("post", Operation(spoken, "create", "post", OpenApiParameter.Write, Copy(), Copy(), 201, suffix)),
            "update" => ("put", Operation(spoken, "replace", "put", OpenApiParameter.Write, Copy(), Copy(), suffix: suffix)),
            "patch" => ("patch", Operation(spoken, "patch", "patch", OpenApiParameter.Patch, schemas.Patch(), Copy(), suffix: suffix)),
            _ => ("delete", Operation(spoken, "delete", "delete", OpenApiParameter.Delete, null, Status(), suffix: suffix)),
        })];
    }

    static string Method(string verb) => verb switch { "create" => "post", "update" => "put", _ => verb };

    JsonObject ListOperation(ResourceDefinition kind, string suffix) =>
        Operation(kind, "list", "list", OpenApiParameter.List, null, schemas.List(kind), suffix: suffix);

    JsonObject Operation(ResourceDefinition kind, string verb, string action, IReadOnlyList<OpenApiParameter> query,
        JsonObject? body, JsonObject answer, int code = 200, string suffix = "")
    {
        var group = kind.Group.Length == 0 ? "core" : kind.Group.Split('.')[0];
        var place = kind.Namespaced && suffix != "ForAllNamespaces" ? "Namespaced" : "";
        var operation = new JsonObject
        {
            ["description"] = $"{verb} {kind.Kind}",
            ["operationId"] = $"{verb}{Upper(group)}{Upper(kind.Version)}{place}{kind.Kind}{suffix}",
            ["tags"] = new JsonArray($"{group}_{kind.Version}"),
            ["parameters"] = Render(query),
        };
        if (body is not null) AddBody(operation, body, action);
        if (!schemas.IsV3) operation["produces"] = DiscoveryDocuments.Array(Answers);
        operation["responses"] = new JsonObject
        {
            [code.ToString()] = Response(answer),
            ["401"] = new JsonObject { ["description"] = "Unauthorized" },
        };
        operation["x-kubernetes-action"] = action;
        operation["x-kubernetes-group-version-kind"] = OpenApiSchemas.GroupVersionKind(kind.Group, kind.Version, kind.Kind);
        return operation;
    }

    void AddBody(JsonObject operation, JsonObject body, string action)
    {
        var types = action == "patch" ? PatchTypes : ["*/*"];
        if (schemas.IsV3)
        {
            operation["requestBody"] = new JsonObject { ["content"] = Content(types, body), ["required"] = true };
            return;
        }
        operation["consumes"] = DiscoveryDocuments.Array(types);
        ((JsonArray)operation["parameters"]!).Add((JsonNode)new JsonObject
        {
            ["name"] = "body", ["in"] = "body", ["required"] = action is not ("delete" or "deletecollection"), ["schema"] = body,
        });
    }

    JsonObject Response(JsonObject answer) =>
        schemas.IsV3
            ? new() { ["description"] = "OK", ["content"] = Content(Answers, answer) }
            : new() { ["description"] = "OK", ["schema"] = answer };

    static JsonObject Content(string[] types, JsonObject schema) =>
        new([.. types.Select(type => KeyValuePair.Create(type, (JsonNode?)new JsonObject { ["schema"] = schema.DeepClone() }))]);

    JsonArray Render(IReadOnlyList<OpenApiParameter> parameters) => [.. parameters.Select(p => (JsonNode)p.Render(schemas.IsV3))];

    JsonObject DeleteOptions() => schemas.Meta(typeof(DeleteOptions), nameof(DeleteOptions));

    JsonObject Status() => schemas.Meta(typeof(Status), nameof(Status));

    static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
