using Fairlead.Api.Errors;
using Fairlead.Json;
using Fairlead.Server.Authorization;
using Fairlead.Server.Authorization.Nodes;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Admission;

/// <summary>
/// What a node writes is its own: its Node without the labels and taints that steer workloads, its Lease and CSINode,
/// its mirror Pods, the status of Pods bound to it, and tokens for those (Kubernetes documentation, NodeRestriction); ours
/// alone: tokens for the proxy and the DNS server that its agent runs without a Pod, bound to the node.
/// </summary>
public sealed class NodeRestriction(KindReader pods, KindReader nodes) : IAdmission
{
    const string LeaseNamespace = "kube-node-lease";
    const string Mirror = "kubernetes.io/config.mirror";

    public ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (operation == AdmissionOperation.Connect || NodeIdentity.Of(context.User) is not { } node) return default;
        var kind = (context.Kind.Group, context.Kind.Plural);
        // Other kinds are left to roles, and names matter only where a node is concerned.
        if (node.Length == 0) throw No(context, $"could not determine node from user \"{context.User.Name}\"");
        switch (kind)
        {
            case ("", "pods"):
                return PodAsync(node, operation, context, obj, old, cancellation);
            case ("", "nodes"):
                CheckNode(node, operation, context, obj, old);
                return default;
            case ("", "persistentvolumeclaims"):
                CheckClaim(node, operation, context, obj, old);
                return default;
            case ("", "serviceaccounts") when operation == AdmissionOperation.Create && context.Target.Subresource == "token":
                return TokenAsync(node, context, obj!, cancellation);
            case ("coordination.k8s.io", "leases"):
                if (context.Namespace != LeaseNamespace) throw No(context, $"can only access leases in the \"{LeaseNamespace}\" system namespace");
                if (context.Target.Name != node) throw No(context, "can only access node lease with the same name as the requesting node");
                return default;
            case ("storage.k8s.io", "csinodes"):
                if (context.Target.Name != node) throw No(context, "can only access CSINode with the same name as the requesting node");
                return default;
            case ("discovery.k8s.io", "endpointslices") when context.Namespace == "kube-system":
                CheckDnsEndpoint(node, context, obj);
                return default;
            default:
                return default;
        }
    }

    /// <summary>Ours alone: the role fairlead:agent lets a node publish its DNS server, and this keeps it from publishing another's.</summary>
    static void CheckDnsEndpoint(string node, WriteContext context, JsonObject? obj)
    {
        const string service = "kube-dns";
        var isOwn = context.Target.Name == $"{service}-{node}"
            && (obj is null || (obj.Object("metadata").Object("labels").Text("kubernetes.io/service-name") == service
                && (obj.Array("endpoints") ?? []).OfType<JsonObject>().All(e => e.Text("nodeName") == node)));
        if (!isOwn) throw No(context, $"node \"{node}\" can only write the EndpointSlice {service}-{node} of Service {service}, with endpoints on itself");
    }

    ValueTask PodAsync(string node, AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        switch (context.Target.Subresource)
        {
            case "":
                return operation switch
                {
                    AdmissionOperation.Create => MirrorAsync(node, context, obj!, cancellation),
                    AdmissionOperation.Delete => OwnPodAsync(node, context, $"node \"{node}\" can only delete pods with spec.nodeName set to itself", cancellation),
                    _ => throw No(context, $"unexpected operation \"UPDATE\", node \"{node}\" can only create and delete mirror pods"),
                };
            case "status":
                if (old.Object("spec").Text("nodeName") != node) throw No(context, $"node \"{node}\" can only update pod status for pods with spec.nodeName set to itself");
                if (Changed(old.Object("metadata").Object("labels"), obj.Object("metadata").Object("labels")).Any()) throw No(context, $"node \"{node}\" cannot update labels through pod status");
                if (!JsonNode.DeepEquals(old.Object("status")?["resourceClaimStatuses"], obj.Object("status")?["resourceClaimStatuses"])) throw No(context, $"node \"{node}\" cannot update resource claim statues");
                return default;
            case "eviction":
                return OwnPodAsync(node, context, $"node {node} can only evict pods with spec.nodeName set to itself", cancellation);
            default:
                throw No(context, $"unexpected pod subresource \"{context.Target.Subresource}\", only 'status' and 'eviction' are allowed");
        }
    }

    async ValueTask OwnPodAsync(string node, WriteContext context, string refusal, CancellationToken cancellation)
    {
        var pod = await pods.GetAsync(context.Namespace, context.Target.Name!, cancellation).ConfigureAwait(false) ?? throw Refuse.NotFound(context.Kind, context.Target.Name!);
        if (pod.Object("spec").Text("nodeName") != node) throw No(context, refusal);
    }

    async ValueTask MirrorAsync(string node, WriteContext context, JsonObject pod, CancellationToken cancellation)
    {
        if (pod.Object("metadata").Object("annotations")?.ContainsKey(Mirror) != true) throw No(context, $"pod does not have \"{Mirror}\" annotation, node \"{node}\" can only create mirror pods");
        if (pod.Object("spec").Text("nodeName") != node) throw No(context, $"node \"{node}\" can only create pods with spec.nodeName set to itself");
        var owners = (pod.Object("metadata").Array("ownerReferences") ?? []).OfType<JsonObject>().ToList();
        if (owners.Count > 1) throw No(context, $"node \"{node}\" can only create pods with a single owner reference set to itself");
        if (owners is not [var owner] || (owner.Text("apiVersion"), owner.Text("kind"), owner.Text("name")) != ("v1", "Node", node))
            throw No(context, $"node \"{node}\" can only create pods with an owner reference set to itself");
        if (owner.Flag("controller") != true) throw No(context, $"node \"{node}\" can only create pods with a controller owner reference set to itself");
        if (owner.Flag("blockOwnerDeletion") == true) throw No(context, $"node \"{node}\" must not set blockOwnerDeletion on an owner reference");
        var own = await nodes.GetAsync(null, node, cancellation).ConfigureAwait(false) ?? throw Refuse.NotFound("", "nodes", node);
        if (owner.Text("uid") != own.Metadata().Text("uid")) throw No(context, $"node {node} UID mismatch: expected {owner.Text("uid")} got {own.Metadata().Text("uid")}");
        foreach (var referred in PodReferences.Of(pod))
        {
            var what = referred.Kind switch
            {
                ReferredKind.ServiceAccount => "a service account",
                ReferredKind.Secret => "secrets",
                ReferredKind.ConfigMap => "configmaps",
                _ => "persistentvolumeclaims",
            };
            throw No(context, $"node \"{node}\" can not create pods that reference {what}");
        }
    }

    static void CheckNode(string node, AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old)
    {
        if (context.Target.Name != node) throw No(context, $"node \"{node}\" is not allowed to modify node \"{context.Target.Name}\"");
        if (operation == AdmissionOperation.Delete) return;
        var forbidden = string.Join(", ", Changed(old.Object("metadata").Object("labels"), obj.Object("metadata").Object("labels"))
            .Where(NodeLabels.AreForbidden).Distinct().Order(StringComparer.Ordinal));
        if (operation == AdmissionOperation.Create)
        {
            if (obj.Object("spec")?["configSource"] is not null) throw No(context, $"node \"{node}\" is not allowed to create pods with a non-nil configSource");
            if (forbidden.Length > 0) throw No(context, $"node \"{node}\" is not allowed to set the following labels: {forbidden}");
            return;
        }
        if (obj.Object("spec")?["configSource"] is { } source && !JsonNode.DeepEquals(source, old.Object("spec")?["configSource"]))
            throw No(context, $"node \"{node}\" is not allowed to update configSource to a new non-nil configSource");
        if (!SameList(obj.Object("spec").Array("taints"), old.Object("spec").Array("taints"))) throw No(context, $"node \"{node}\" is not allowed to modify taints");
        if (forbidden.Length > 0) throw No(context, $"is not allowed to modify labels: {forbidden}");
    }

    static void CheckClaim(string node, AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old)
    {
        if (context.Target.Subresource != "status") throw No(context, "may only update PVC status");
        if (operation != AdmissionOperation.Update) throw No(context, $"unexpected operation \"{operation.ToString().ToUpperInvariant()}\"");
        var (now, before) = (Comparable(obj!), Comparable(old!));
        if (JsonNode.DeepEquals(now, before)) return;
        var fields = Changed(before, now).Concat(Changed(before.Object("status"), now.Object("status")).Select(f => "status." + f)).Where(f => f != "status");
        throw No(context, $"node \"{node}\" is not allowed to update fields other than status.capacity and status.conditions: {string.Join(", ", fields)}");
    }

    /// <summary>A claim without what a node may write in it.</summary>
    static JsonObject Comparable(JsonObject claim)
    {
        var rest = (JsonObject)claim.DeepClone();
        foreach (var field in (string[])["resourceVersion", "managedFields"]) rest.Metadata().Remove(field);
        if (rest["status"] is not JsonObject status) return rest;
        foreach (var field in (string[])["capacity", "conditions", "allocatedResourceStatuses", "allocatedResources"]) status.Remove(field);
        return rest;
    }

    async ValueTask TokenAsync(string node, WriteContext context, JsonObject request, CancellationToken cancellation)
    {
        var bound = request.Object("spec").Object("boundObjectRef");
        if (context is { Namespace: NodeComponents.Namespace, Target.Name: { } account } && NodeComponents.Accounts.Contains(account) && bound.Text("kind") == "Node")
        {
            if (bound.Text("apiVersion") != "v1" || bound.Text("name") != node) throw No(context, "node requested token bound to another node");
            if (bound.Text("uid") is null) throw No(context, "node requested token with a node binding without a uid");
            return; // that it is the node's is seen when the token is made
        }
        if (bound.Text("apiVersion") != "v1" || bound.Text("kind") != "Pod" || bound.Text("name") is not { } name) throw No(context, "node requested token not bound to a pod");
        if (bound.Text("uid") is not { } uid) throw No(context, "node requested token with a pod binding without a uid");
        var pod = await pods.GetAsync(context.Namespace, name, cancellation).ConfigureAwait(false) ?? throw Refuse.NotFound("", "pods", name);
        if (pod.Metadata().Text("uid") != uid)
            throw No(context, $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
        if (pod.Object("spec").Text("nodeName") != node) throw No(context, "node requested token bound to a pod scheduled on a different node");
    }

    /// <summary>Names of entries that one of the two has and the other has not, or has otherwise.</summary>
    static IEnumerable<string> Changed(JsonObject? a, JsonObject? b)
    {
        foreach (var (name, value) in a ?? []) if (!JsonNode.DeepEquals(value, b?[name])) yield return name;
        foreach (var (name, _) in b ?? []) if (a?.ContainsKey(name) != true) yield return name;
    }

    static bool SameList(JsonArray? a, JsonArray? b) => (a ?? []).Count == (b ?? []).Count && JsonNode.DeepEquals(a ?? [], b ?? []);

    static ApiException No(WriteContext context, string why) => Refuse.Forbidden(context.Kind, context.Target.Name ?? "", why);
}
