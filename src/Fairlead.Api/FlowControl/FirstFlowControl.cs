using Fairlead.Json;

namespace Fairlead.Api.FlowControl;

/// <summary>
/// The priority levels and flow schemas that every cluster has: the mandatory ones, which always are as they are here,
/// and the suggested ones, which a user may change. Numbers and names are upstream's (Kubernetes 1.33, "API Priority and
/// Fairness", defaults).
/// </summary>
public static class FirstFlowControl
{
    /// <summary>Shares of the level catch-all.</summary>
    public const int CatchAllShares = 5;

    static readonly string[] Everyone = ["system:unauthenticated", "system:authenticated"];

    /// <summary>Name and spec of each level; those whose name is mandatory first.</summary>
    public static IReadOnlyList<(string Name, JsonObject Spec)> Levels { get; } =
    [
        ("exempt", new() { ["type"] = "Exempt", ["exempt"] = new JsonObject { ["nominalConcurrencyShares"] = 0, ["lendablePercent"] = 0 } }),
        ("catch-all", Limited(CatchAllShares, 0, new() { ["type"] = "Reject" })),
        ("system", Queued(30, 33, 64, 6)),
        ("node-high", Queued(40, 25, 64, 6)),
        ("leader-election", Queued(10, 0, 16, 4)),
        ("workload-high", Queued(40, 50, 128, 6)),
        ("workload-low", Queued(100, 90, 128, 6)),
        ("global-default", Queued(20, 50, 128, 6)),
    ];

    /// <summary>Name and spec of each schema; those whose name is mandatory first.</summary>
    public static IReadOnlyList<(string Name, JsonObject Spec)> Schemas { get; } =
    [
        ("exempt", Schema("exempt", 1, "", All(Groups("system:masters")))),
        ("catch-all", Schema("catch-all", 10000, "ByUser", All(Groups(Everyone)))),
        ("probes", Schema("exempt", 2, "", Rule(Groups(Everyone), [], ["get"], "/healthz", "/livez", "/readyz"))),
        ("system-leader-election", Schema("leader-election", 100, "ByUser", Rule(Users("system:kube-controller-manager", "system:kube-scheduler"), [Leases()]))),
        ("endpoint-controller", Schema("workload-high", 150, "ByUser", Rule(
            [.. Users("system:kube-controller-manager"), .. SystemAccounts("endpoint-controller", "endpointslicemirroring-controller")],
            [Resource(["get", "create", "update"], "", ["endpoints"], false)]))),
        ("workload-leader-election", Schema("leader-election", 200, "ByUser", Rule(SystemAccounts("*"), [Leases()]))),
        ("system-node-high", Schema("node-high", 400, "ByUser", Rule(Groups("system:nodes"),
            [Resource(["*"], "", ["nodes", "nodes/status"], true), Resource(["*"], "coordination.k8s.io", ["leases"], false)]))),
        ("system-nodes", Schema("system", 500, "ByUser", All(Groups("system:nodes")))),
        ("kube-controller-manager", Schema("workload-high", 800, "ByNamespace", All(Users("system:kube-controller-manager")))),
        ("kube-scheduler", Schema("workload-high", 800, "ByNamespace", All(Users("system:kube-scheduler")))),
        ("kube-system-service-accounts", Schema("workload-high", 900, "ByNamespace", All(SystemAccounts("*")))),
        ("service-accounts", Schema("workload-low", 9000, "ByUser", All(Groups("system:serviceaccounts")))),
        ("global-default", Schema("global-default", 9900, "ByUser", All(Groups(Everyone)))),
    ];

    /// <summary>True for the names whose objects are made again whenever they are missing.</summary>
    public static bool IsMandatory(string name) => name is "exempt" or "catch-all";

    /// <summary>The spec that the level must have; null for a level that is free.</summary>
    public static JsonObject? MandatoryLevel(string name) => IsMandatory(name) ? Levels.First(l => l.Name == name).Spec : null;

    /// <summary>The spec that the schema must have; null for a schema that is free.</summary>
    public static JsonObject? MandatorySchema(string name) => IsMandatory(name) ? Schemas.First(s => s.Name == name).Spec : null;

    static JsonObject Queued(int shares, int lendable, int queues, int hand) => Limited(shares, lendable, new()
    {
        ["type"] = "Queue",
        ["queuing"] = new JsonObject { ["queues"] = queues, ["handSize"] = hand, ["queueLengthLimit"] = 50 },
    });

    static JsonObject Limited(int shares, int lendable, JsonObject response) => new()
    {
        ["type"] = "Limited",
        ["limited"] = new JsonObject { ["nominalConcurrencyShares"] = shares, ["limitResponse"] = response, ["lendablePercent"] = lendable },
    };

    static JsonObject Schema(string level, int precedence, string distinguisher, JsonObject rule)
    {
        var spec = new JsonObject
        {
            ["priorityLevelConfiguration"] = new JsonObject { ["name"] = level },
            ["matchingPrecedence"] = precedence,
            ["rules"] = new JsonArray(rule),
        };
        if (distinguisher.Length > 0) spec["distinguisherMethod"] = new JsonObject { ["type"] = distinguisher };
        return spec;
    }

    static JsonObject All(JsonObject[] subjects) => Rule(subjects, [Resource(["*"], "*", ["*"], true)], ["*"], "*");

    static JsonObject Rule(JsonObject[] subjects, JsonObject[] resources, string[]? verbs = null, params string[] paths)
    {
        var rule = new JsonObject { ["subjects"] = new JsonArray([.. subjects]) };
        if (resources.Length > 0) rule["resourceRules"] = new JsonArray([.. resources]);
        if (verbs is not null) rule["nonResourceRules"] = new JsonArray(new JsonObject { ["verbs"] = Texts(verbs), ["nonResourceURLs"] = Texts(paths) });
        return rule;
    }

    static JsonObject Leases() => Resource(["get", "create", "update"], "coordination.k8s.io", ["leases"], false);

    static JsonObject Resource(string[] verbs, string group, string[] resources, bool clusterScope)
    {
        var rule = new JsonObject { ["verbs"] = Texts(verbs), ["apiGroups"] = Texts([group]), ["resources"] = Texts(resources), ["namespaces"] = Texts(["*"]) };
        if (clusterScope) rule["clusterScope"] = true;
        return rule;
    }

    static JsonObject[] Groups(params string[] names) => [.. names.Select(n => new JsonObject { ["kind"] = "Group", ["group"] = new JsonObject { ["name"] = n } })];

    static JsonObject[] Users(params string[] names) => [.. names.Select(n => new JsonObject { ["kind"] = "User", ["user"] = new JsonObject { ["name"] = n } })];

    static JsonObject[] SystemAccounts(params string[] names) =>
        [.. names.Select(n => new JsonObject { ["kind"] = "ServiceAccount", ["serviceAccount"] = new JsonObject { ["namespace"] = "kube-system", ["name"] = n } })];

    static JsonArray Texts(string[] texts) => [.. texts.Select(t => (JsonNode)t)];
}
