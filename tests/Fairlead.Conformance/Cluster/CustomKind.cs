namespace Fairlead.Conformance.Cluster;

/// <summary>A kind that a test defines for itself, under names that nobody else has. It goes with its objects when disposed.</summary>
public sealed class CustomKind : IAsyncDisposable
{
    /// <summary>A schema that allows whatever is written.</summary>
    public const string Anything = """{"type":"object","x-kubernetes-preserve-unknown-fields":true}""";

    readonly RunningCluster cluster;

    CustomKind(RunningCluster cluster, JsonObject definition)
    {
        this.cluster = cluster;
        Definition = definition;
    }

    /// <summary>The definition as it was answered when it was made.</summary>
    public JsonObject Definition { get; }

    public string Name => Definition.Text("metadata.name")!;
    public string Group => Definition.Text("spec.group")!;
    public string Plural => Definition.Text("spec.names.plural")!;
    public string Kind => Definition.Text("spec.names.kind")!;

    /// <summary>The definitions of all custom kinds.</summary>
    public static Resource Definitions(RunningCluster cluster) => cluster.Resource("apiextensions.k8s.io/v1", "customresourcedefinitions");

    /// <summary>Defines a kind and waits until it is served.</summary>
    /// <param name="versions">Name and schema of each; all are served, the first is stored.</param>
    /// <param name="group">One that several kinds are to share; else one of its own.</param>
    /// <param name="change">Completes the definition before it is sent.</param>
    public static async Task<CustomKind> DefineAsync(
        RunningCluster cluster, IEnumerable<(string Version, string Schema)> versions, string? group = null, bool namespaced = false, Action<JsonObject>? change = null)
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        group ??= $"group-{mark}.example.com";
        var definition = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"e2e-{mark}s.{group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = group,
                ["scope"] = namespaced ? "Namespaced" : "Cluster",
                ["names"] = new JsonObject { ["plural"] = $"e2e-{mark}s", ["singular"] = $"e2e-{mark}", ["kind"] = $"E2e{mark}", ["listKind"] = $"E2e{mark}List" },
                ["versions"] = Versions(versions),
            },
        };
        change?.Invoke(definition);
        var made = new CustomKind(cluster, await Definitions(cluster).CreateAsync(definition.ToJsonString()));
        await Definitions(cluster).UntilAsync(made.Name, d => d.Condition("Established").Text("status") == "True");
        return made;
    }

    /// <summary>spec.versions: all served, one stored.</summary>
    public static JsonArray Versions(IEnumerable<(string Version, string Schema)> versions, int stored = 0) => new([.. versions.Select((v, at) => new JsonObject
    {
        ["name"] = v.Version,
        ["served"] = true,
        ["storage"] = at == stored,
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = JsonNode.Parse(v.Schema) },
    })]);

    /// <summary>A group's name of a test's own.</summary>
    public static string NewGroup() => $"group-{Guid.NewGuid():N}"[..14] + ".example.com";

    /// <summary>The kind's objects in one of its versions.</summary>
    public Resource Objects(string version = "v1", string? ns = null) => cluster.Resource($"{Group}/{version}", Plural, ns);

    /// <summary>An object of the kind.</summary>
    /// <param name="fields">Further fields, each followed by nothing but a comma in between.</param>
    public string Object(string name, string fields = "", string version = "v1") =>
        $$$"""{"kind":"{{{Kind}}}","apiVersion":"{{{Group}}}/{{{version}}}","metadata":{"name":"{{{name}}}"}{{{(fields.Length > 0 ? "," : "")}}}{{{fields}}}}""";

    public async ValueTask DisposeAsync()
    {
        if ((await cluster.Server.DeleteAsync(Definitions(cluster).Path(Name))).Code != 404) await Definitions(cluster).GoneAsync(Name);
    }
}
