using Fairlead.Api.Core.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>nodes.</summary>
public static class NodeResource
{
    const string RolePrefix = "node-role.kubernetes.io/";

    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Core.V1.Node>("node",
        Cells.Text("Status", "Whether the node is ready, and whether it takes new Pods.", Status),
        Cells.Text("Roles", "Roles that the node's labels give it.", Roles),
        Cells.Age,
        Cells.Field("Version", "status.nodeInfo.kubeletVersion", "Version of the node's kubelet."),
        Cells.Text("Internal-IP", "Address inside the cluster's network.", n => Address(n, "InternalIP"), 1),
        Cells.Text("External-IP", "Address outside the cluster's network.", n => Address(n, "ExternalIP"), 1),
        Cells.Field("OS-Image", "status.nodeInfo.osImage", "Operating system and release.", 1, Cells.Unknown),
        Cells.Field("Kernel-Version", "status.nodeInfo.kernelVersion", "Version of the kernel.", 1, Cells.Unknown),
        Cells.Field("Container-Runtime", "status.nodeInfo.containerRuntimeVersion", "Container runtime and its version.", 1, Cells.Unknown)) with
    {
        ShortNames = ["no"],
        HasStatus = true,
        SelectableFields = new Dictionary<string, Func<JsonObject, string>>
        {
            ["spec.unschedulable"] = obj => obj.Flag("spec.unschedulable") ? "true" : "false",
        },
        Rules = new NodeRules(),
    };

    static string Status(JsonObject node)
    {
        var ready = node.Objects("status.conditions").FirstOrDefault(c => c.Text("type") == "Ready");
        var status = ready is null ? "Unknown" : ready.Text("status") == "True" ? "Ready" : "NotReady";
        return node.Flag("spec.unschedulable") ? status + ",SchedulingDisabled" : status;
    }

    static string Roles(JsonObject node)
    {
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in node.Pairs("metadata.labels"))
        {
            if (key.StartsWith(RolePrefix, StringComparison.Ordinal) && key.Length > RolePrefix.Length) roles.Add(key[RolePrefix.Length..]);
            else if (key == "kubernetes.io/role" && value.Length > 0) roles.Add(value);
        }
        return roles.Count > 0 ? string.Join(',', roles) : Cells.None;
    }

    static string Address(JsonObject node, string type) =>
        node.Objects("status.addresses").FirstOrDefault(a => a.Text("type") == type)?.Text("address") ?? Cells.None;
}
