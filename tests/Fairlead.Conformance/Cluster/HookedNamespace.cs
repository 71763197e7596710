using Fairlead.Server.Tests.Admission;

namespace Fairlead.Conformance.Cluster;

/// <summary>
/// A namespace of a test's own with a server of admission webhooks. What is configured through it is asked only about
/// what lies in the namespace, or bears its mark, and goes with it.
/// </summary>
sealed class HookedNamespace : IAsyncDisposable
{
    const string Group = "admissionregistration.k8s.io/v1";

    readonly RunningCluster cluster;
    readonly List<(Resource Resource, string Name)> configured = [];

    HookedNamespace(RunningCluster cluster, TestWebhooks hooks, string name) => (this.cluster, Hooks, Name) = (cluster, hooks, name);

    public TestWebhooks Hooks { get; }
    public string Name { get; }

    /// <summary>Selects what bears the namespace's name as label mark.</summary>
    public string Selector => $$$$"""{"matchLabels":{"mark":"{{{{Name}}}}"}}""";

    public Resource Mutating => cluster.Resource(Group, "mutatingwebhookconfigurations");
    public Resource Validating => cluster.Resource(Group, "validatingwebhookconfigurations");
    public Resource ConfigMaps => cluster.Resource("v1", "configmaps", Name);
    public Resource Pods => cluster.Resource("v1", "pods", Name);

    public static async Task<HookedNamespace> MakeAsync(RunningCluster cluster)
    {
        var made = new HookedNamespace(cluster, await TestWebhooks.StartAsync(), await cluster.NamespaceAsync("webhook"));
        await cluster.Resource("v1", "namespaces").PatchAsync(made.Name, $$$$"""{"metadata":{"labels":{"mark":"{{{{made.Name}}}}"}}}""");
        return made;
    }

    /// <summary>A webhook at its path, asked about what lies in the namespace.</summary>
    /// <param name="resources">As group/version/resources with commas.</param>
    public JsonObject Webhook(string name, string operations, string resources, string more = "{}")
    {
        var parts = resources.Split('/', 3);
        var rule = new JsonObject
        {
            ["operations"] = Texts(operations), ["apiGroups"] = Texts(parts[0]), ["apiVersions"] = Texts(parts[1]), ["resources"] = Texts(parts[2]),
        };
        var webhook = Hooks.Webhook(name, rule.ToJsonString(), more);
        if (!webhook.ContainsKey("objectSelector")) webhook["namespaceSelector"] ??= JsonNode.Parse(Selector);
        return webhook;

        static JsonArray Texts(string text) => new([.. text.Split(',').Select(t => (JsonNode?)t)]);
    }

    /// <summary>Makes a configuration of the webhooks.</summary>
    public async Task<JsonObject> ConfigureAsync(Resource configurations, params JsonNode[] webhooks)
    {
        var name = $"{Name}-{configured.Count}";
        var made = await configurations.CreateAsync(Configuration(name, webhooks));
        configured.Add((configurations, name));
        return made;
    }

    /// <summary>The body of a configuration, with the namespace's mark.</summary>
    public string Configuration(string name, params JsonNode[] webhooks) => new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["mark"] = Name } },
        ["webhooks"] = new JsonArray(webhooks),
    }.ToJsonString();

    public async ValueTask DisposeAsync()
    {
        foreach (var (resource, name) in configured) await cluster.Server.DeleteAsync(resource.Path(name));
        await Hooks.DisposeAsync();
    }
}
