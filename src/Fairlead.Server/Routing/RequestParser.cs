using Fairlead.Api.Resources;
using Fairlead.Server.Listen;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Routing;

/// <summary>Reads from method and path what a request is about.</summary>
public sealed class RequestParser(ResourceCatalog catalog)
{
    /// <exception cref="Api.Errors.ApiException">NotFound or MethodNotAllowed.</exception>
    public RequestTarget Parse(ApiCall call)
    {
        var parts = call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length >= 3 && parts[0] == "api") return Resource(call, "", parts[1], parts.AsSpan(2));
        if (parts.Length >= 4 && parts[0] == "apis") return Resource(call, parts[1], parts[2], parts.AsSpan(3));
        return new(call.Method.ToLowerInvariant(), call.Path, null, null, null, "", "");
    }

    RequestTarget Resource(ApiCall call, string group, string version, ReadOnlySpan<string> parts)
    {
        string? ns = null;
        if (parts[0] == "namespaces" && parts.Length >= 3 && parts[2] is not ("status" or "finalize"))
        {
            ns = parts[1];
            parts = parts[2..];
        }
        var definition = catalog.Find(group, version, parts[0]);
        var name = parts.Length > 1 ? parts[1] : null;
        var subresource = parts.Length > 2 ? parts[2] : "";
        if (definition is null || (ns is not null) != (definition.Namespaced && (ns is not null || name is not null))) throw Refuse.NoSuchResource();
        if (parts.Length > 3 && !StreamSubresources.Has(subresource)) throw Refuse.NoSuchResource();
        var rest = parts.Length > 3 ? string.Join('/', parts[3..].ToArray()) : "";
        if (rest.Length > 0 && call.Path.EndsWith('/')) rest += "/";
        return new(Verb(call, definition, ns, name, subresource), call.Path, definition, ns, name, subresource, rest);
    }

    static string Verb(ApiCall call, ResourceDefinition definition, string? ns, string? name, string subresource)
    {
        if (StreamSubresources.Has(subresource)) return Connect(call.Method);
        var oneCollection = name is null && (ns is not null || !definition.Namespaced);
        return call.Method switch
        {
            "GET" or "HEAD" when name is not null => "get",
            "GET" or "HEAD" => call.Query.Flag("watch") ? "watch" : "list",
            "POST" when oneCollection || (name is not null && subresource.Length > 0) => "create",
            "PUT" when name is not null => "update",
            "PATCH" when name is not null => "patch",
            "DELETE" when name is not null => "delete",
            "DELETE" when oneCollection => "deletecollection",
            _ => throw Refuse.MethodNotAllowed(),
        };
    }

    /// <summary>Each method has its verb, so that who may read through a proxy may not write through it.</summary>
    static string Connect(string method) => method switch
    {
        "GET" or "HEAD" => "get",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "create",
    };
}
