using Fairlead.Api.Json;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Cel.Values;
using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Admission.Matching;

/// <summary>
/// One write as webhooks and policies are told of it: the AdmissionRequest of admission.k8s.io/v1, in the version of the
/// kind that a rule asks for. Belongs to the write's task.
/// </summary>
/// <param name="obj">The new object in the stored version; what a webhook changes is changed in place.</param>
public sealed class AdmissionAttributes(AdmissionSources sources, AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old)
{
    static readonly string[] Exempt =
        ["mutatingwebhookconfigurations", "validatingwebhookconfigurations", "validatingadmissionpolicies", "validatingadmissionpolicybindings"];

    JsonObject? ns;
    bool hasReadNamespace;

    /// <summary>False for the server's own writes, and for what configures admission: a wrong configuration must be mendable.</summary>
    public static bool AreConfigurable(WriteContext context) =>
        !context.IsInternal && !(context.Kind.Group == "admissionregistration.k8s.io" && Exempt.Contains(context.Kind.Plural));

    public AdmissionSources Sources => sources;
    public WriteContext Context => context;
    public JsonObject? Object => obj;
    public JsonObject? Old => old;

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public string Operation { get; } = operation.ToString().ToUpperInvariant();

    /// <summary>The kind in the version that the client spoke of.</summary>
    public ResourceDefinition Requested => context.Requested ?? context.Kind;

    public string Name => context.Target.Name ?? obj?.Name() ?? "";

    /// <summary>True for Namespaces themselves, which lie in themselves.</summary>
    public bool IsNamespace => context.Kind is { Group: "", Plural: "namespaces" };

    /// <summary>Empty for what lies in none.</summary>
    public string Namespace => context.Namespace ?? (IsNamespace ? Name : "");

    /// <summary>The kind in every version in which it is served, the requested one first.</summary>
    public IEnumerable<ResourceDefinition> Versions()
    {
        yield return Requested;
        var stored = context.Kind;
        foreach (var other in sources.Catalog.All)
        {
            if (!ReferenceEquals(other, Requested) && (ReferenceEquals(other, stored) || ReferenceEquals(other.Storage, stored))) yield return other;
        }
    }

    /// <summary>The Namespace that the object lies in, or is; null if there is none.</summary>
    public async ValueTask<JsonObject?> NamespaceAsync(CancellationToken cancellation)
    {
        if (hasReadNamespace || Namespace.Length == 0) return ns;
        // A Namespace that is written is judged by what it will be.
        if (IsNamespace && context.Target.Subresource.Length == 0 && obj is not null) return obj;
        ns = await sources.Namespaces.GetAsync(null, Namespace, cancellation).ConfigureAwait(false);
        hasReadNamespace = true;
        return ns;
    }

    /// <summary>The new and the old object in a version of the kind, with the owners of their fields.</summary>
    public async ValueTask<(JsonObject? Object, JsonObject? Old)> InVersionAsync(ResourceDefinition kind, CancellationToken cancellation)
    {
        context.Owners?.Show(obj, old);
        if (IsAsStored(kind)) return (obj, old);
        return (await ConvertedAsync(obj).ConfigureAwait(false), await ConvertedAsync(old).ConfigureAwait(false));

        async ValueTask<JsonObject?> ConvertedAsync(JsonObject? from) =>
            from is null ? null : await Registry.Versions.ConvertAsync(kind, (JsonObject)from.DeepClone(), cancellation).ConfigureAwait(false);
    }

    /// <summary>True if the objects of the write stand in this version already.</summary>
    public bool IsAsStored(ResourceDefinition kind) => context.Form is not null || ReferenceEquals(kind, context.Kind);

    /// <summary>The AdmissionRequest but for uid, object and oldObject.</summary>
    /// <param name="kind">The version that the rule asks for.</param>
    public JsonObject Request(ResourceDefinition kind)
    {
        var request = new JsonObject
        {
            ["kind"] = Kind(context.Form ?? new(kind.Group, kind.Version, kind.Kind)),
            ["resource"] = Resource(kind),
            ["requestKind"] = Kind(context.Form ?? new(Requested.Group, Requested.Version, Requested.Kind)),
            ["requestResource"] = Resource(Requested),
            ["operation"] = Operation,
            ["userInfo"] = UserInfo(),
            ["dryRun"] = context.DryRun,
            ["options"] = Options(),
        };
        if (context.Target.Subresource.Length > 0)
        {
            request["subResource"] = context.Target.Subresource;
            request["requestSubResource"] = context.Target.Subresource;
        }
        if (Name.Length > 0) request["name"] = Name;
        if (Namespace.Length > 0) request["namespace"] = Namespace;
        return request;
    }

    /// <summary>The variables of expressions, but for those that a policy adds.</summary>
    public async ValueTask<Dictionary<string, object?>> VariablesAsync(ResourceDefinition kind, CancellationToken cancellation)
    {
        var (now, before) = await InVersionAsync(kind, cancellation).ConfigureAwait(false);
        var schema = context.Form is null ? kind.Schema.Value : null;
        return new(StringComparer.Ordinal)
        {
            ["object"] = SchemaValues.Of(now, schema),
            ["oldObject"] = SchemaValues.Of(before, schema),
            ["request"] = JsonValues.Of(Request(kind)),
            ["namespaceObject"] = null, // policies alone are shown it, as upstream
            ["authorizer"] = RequestAuthorizer.Of(sources.Authorizer, context),
        };
    }

    static JsonObject Kind(GroupVersionKind kind) => new() { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };

    static JsonObject Resource(ResourceDefinition kind) => new() { ["group"] = kind.Group, ["version"] = kind.Version, ["resource"] = kind.Plural };

    JsonObject UserInfo()
    {
        var user = context.User;
        var told = new JsonObject { ["username"] = user.Name, ["groups"] = Texts(user.Groups) };
        if (user.Uid is { Length: > 0 } uid) told["uid"] = uid;
        if (user.Extra is { Count: > 0 } extra) told["extra"] = new JsonObject(extra.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)Texts(e.Value))));
        return told;
    }

    JsonObject? Options()
    {
        if (operation == AdmissionOperation.Connect) return null;
        var options = context.Deletion is { } deletion && operation == AdmissionOperation.Delete
            ? JsonTree.ParseObject(ApiJson.Write(deletion))
            : new JsonObject { ["fieldValidation"] = context.Validation.ToString() };
        options["kind"] = operation switch { AdmissionOperation.Create => "CreateOptions", AdmissionOperation.Update => "UpdateOptions", _ => "DeleteOptions" };
        options["apiVersion"] = "meta.k8s.io/v1";
        if (context.DryRun) options["dryRun"] = new JsonArray("All");
        if (operation != AdmissionOperation.Delete && context.FieldManager is { Length: > 0 } manager) options["fieldManager"] = manager;
        return options;
    }

    static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode?)t)]);
}
