using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>
/// Everything the API server needs to know of one kind. Built-in and custom kinds differ only in where it comes from;
/// every request takes the same path whatever the kind.
/// </summary>
public sealed record ResourceDefinition
{
    /// <summary>API group; empty for core.</summary>
    public required string Group { get; init; }
    public required string Version { get; init; }
    public required string Kind { get; init; }

    /// <summary>Resource name in URLs, such as pods.</summary>
    public required string Plural { get; init; }
    public required string Singular { get; init; }
    public required bool Namespaced { get; init; }
    public IReadOnlyList<string> ShortNames { get; init; } = [];
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Verbs in discovery's order.</summary>
    public IReadOnlyList<string> Verbs { get; init; } =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>False for a kind whose objects are answered when they are asked for: a subresource without a name does that.</summary>
    public bool IsStored { get; init; } = true;

    /// <summary>The schema, made at first use: most kinds are never written in a given process.</summary>
    public required Lazy<SchemaNode> Schema { get; init; }

    /// <summary>True if status is a subresource: writes to the object leave it, writes to /status touch only it.</summary>
    public bool HasStatus { get; init; }

    /// <summary>Subresources beside status and those that <see cref="SubresourceDefinition.Of"/> knows of built-in kinds.</summary>
    public IReadOnlyList<SubresourceDefinition> Subresources { get; init; } = [];

    /// <summary>True if metadata.generation counts changes outside metadata and status.</summary>
    public bool CountsGeneration { get; init; }

    /// <summary>Seconds of grace at a delete that asks for none; null for kinds that go at once. Pods: from their spec.</summary>
    public Func<JsonObject, long?>? DefaultGracePeriod { get; init; }

    /// <summary>The default propagation of a delete without one; Background for all but a few old kinds.</summary>
    public string DefaultPropagation { get; init; } = "Background";

    /// <summary>True if finalizers need no domain, as of the kinds that upstream's API extensions serve; others know a few short ones.</summary>
    public bool ShortFinalizers { get; init; }

    /// <summary>Which name rule applies; see <see cref="NameRule"/>.</summary>
    public NameRule NameRule { get; init; } = NameRule.Subdomain;

    /// <summary>Columns of kubectl get, after the schema's own Name column, which every kind has.</summary>
    public required IReadOnlyList<TableColumn> Columns { get; init; }

    /// <summary>False for the kinds (events) whose table does not begin with the Name column.</summary>
    public bool NameColumnFirst { get; init; } = true;

    /// <summary>Fields a field selector may name beside metadata.name and metadata.namespace, and how each is read.</summary>
    public IReadOnlyDictionary<string, Func<JsonObject, string>> SelectableFields { get; init; } =
        new Dictionary<string, Func<JsonObject, string>>();

    /// <summary>What a schema cannot say about defaults and validity.</summary>
    public ResourceRules Rules { get; init; } = ResourceRules.None;

    /// <summary>The definition of the version in whose form objects are stored; null if it is this one.</summary>
    public ResourceDefinition? Storage { get; init; }

    /// <summary>How objects get from one version to another, the same for all versions of the kind; null if there is but one.</summary>
    public VersionConversion? Conversion { get; init; }

    /// <summary>What a list of the kind calls itself; null for the kind with List behind it.</summary>
    public string? ListKind { get; init; }

    /// <summary>Where the scale subresource of a custom kind finds its numbers; null for a kind without one, and for built-in kinds.</summary>
    public ScalePaths? Scale { get; init; }

    /// <summary>The warning that each answer in this version carries; null for none.</summary>
    public string? Deprecation { get; init; }

    /// <summary>True if objects get the schema's defaults when they are read, too: the schema may have gained some since they were stored.</summary>
    public bool DefaultsOnRead { get; init; }

    /// <summary>The C# record of a built-in kind; null for a custom one.</summary>
    public Type? Type { get; init; }

    /// <summary>group/version, or version alone for core: what apiVersion says.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>plural.group, or plural alone for core: what messages say.</summary>
    public string GroupResource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}

/// <summary>The form that metadata.name must have.</summary>
public enum NameRule
{
    /// <summary>RFC 1123 subdomain, at most 253 characters (most kinds).</summary>
    Subdomain,

    /// <summary>RFC 1123 label, at most 63 characters (Namespace).</summary>
    Label,

    /// <summary>RFC 1035 label: starts with a letter (Service).</summary>
    Rfc1035Label,

    /// <summary>Anything that can be a path segment (RBAC kinds).</summary>
    PathSegment,
}

/// <summary>One column of a server-side table.</summary>
/// <param name="Name">Heading, such as Ready.</param>
/// <param name="Type">string, integer, number, boolean or date.</param>
/// <param name="Description">What the column shows.</param>
/// <param name="Priority">0 always shown; 1 with -o wide.</param>
/// <param name="Cell">Reads the cell from the object; the second argument is now, for ages.</param>
public sealed record TableColumn(
    string Name, string Type, string Description, int Priority, Func<JsonObject, DateTimeOffset, JsonNode?> Cell);

/// <summary>
/// The hooks of a kind: what its schema cannot say. All are pure. The object is the decoded JSON after structural
/// defaults; hooks may change it in place where they say so.
/// </summary>
public class ResourceRules
{
    /// <summary>No rules beyond the schema.</summary>
    public static readonly ResourceRules None = new();

    /// <summary>Fills defaults that depend on other fields. Called on create and on update, before validation.</summary>
    public virtual void Default(JsonObject obj) { }

    /// <summary>Clears or sets what a user may not choose at creation (usually status).</summary>
    public virtual void PrepareForCreate(JsonObject obj) { }

    /// <summary>
    /// Carries over from the old object what the server chose and an update left out, and drops what a changed field
    /// makes void. Called before <see cref="Default"/>.
    /// </summary>
    public virtual void PrepareForUpdate(JsonObject obj, JsonObject old) { }

    /// <summary>Changes the object at the moment when its deletion is first asked for.</summary>
    /// <param name="now">The moment, as objects write it.</param>
    public virtual void PrepareForDelete(JsonObject obj, string now) { }

    /// <summary>Adds what is wrong with a new object. Structural errors were found before.</summary>
    public virtual void ValidateCreate(JsonObject obj, FieldErrors errors) { }

    /// <summary>Adds what is wrong with a changed object, immutable fields included.</summary>
    public virtual void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => ValidateCreate(obj, errors);

    /// <summary>Adds what is wrong with a changed status.</summary>
    public virtual void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors) { }
}
