using Fairlead.Json;
using Fairlead.Server.Registry;

namespace Fairlead.Server.Authorization.Nodes;

/// <summary>What kind of thing a Pod or a PersistentVolume refers to.</summary>
public enum ReferredKind { Pod, Secret, ConfigMap, Claim, ServiceAccount, Volume, Attachment }

/// <summary>One object that something refers to.</summary>
/// <param name="Namespace">Empty for kinds of the cluster.</param>
public readonly record struct Referred(ReferredKind Kind, string Namespace, string Name);

/// <summary>Which objects a Pod or a PersistentVolume names. Pure.</summary>
public static class PodReferences
{
    static readonly string[] ContainerLists = ["containers", "initContainers", "ephemeralContainers"];

    /// <summary>Volume sources whose field secretRef.name is a Secret of the Pod's namespace.</summary>
    static readonly string[] SecretSources = ["cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos"];

    /// <summary>Fields of a PersistentVolume's CSI source whose Secrets nodes need.</summary>
    static readonly string[] CsiSecrets = ["nodeStageSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"];

    /// <summary>Everything that the Pod names; some of it perhaps several times.</summary>
    public static IEnumerable<Referred> Of(JsonObject pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var ns = pod.Namespace() ?? "";
        if (pod.Object("spec") is not { } spec) yield break;
        if (spec.Text("serviceAccountName") is { } account) yield return new(ReferredKind.ServiceAccount, ns, account);
        foreach (var name in Names(spec.Array("imagePullSecrets"))) yield return new(ReferredKind.Secret, ns, name);
        foreach (var container in ContainerLists.SelectMany(l => Objects(spec.Array(l))))
        {
            foreach (var variable in Objects(container.Array("env")).Select(v => v.Object("valueFrom")))
            {
                if (variable.Object("secretKeyRef").Text("name") is { } secret) yield return new(ReferredKind.Secret, ns, secret);
                if (variable.Object("configMapKeyRef").Text("name") is { } map) yield return new(ReferredKind.ConfigMap, ns, map);
            }
            foreach (var source in Objects(container.Array("envFrom")))
            {
                if (source.Object("secretRef").Text("name") is { } secret) yield return new(ReferredKind.Secret, ns, secret);
                if (source.Object("configMapRef").Text("name") is { } map) yield return new(ReferredKind.ConfigMap, ns, map);
            }
        }
        foreach (var found in Objects(spec.Array("volumes")).SelectMany(v => OfVolume(v, ns, pod.Name()))) yield return found;
    }

    /// <summary>The claim that a PersistentVolume belongs to; null if none.</summary>
    public static Referred? ClaimOf(JsonObject volume) =>
        volume.Object("spec").Object("claimRef") is { } claim && claim.Text("name") is { } name ? new(ReferredKind.Claim, claim.Text("namespace") ?? "", name) : null;

    /// <summary>The Secrets that a node needs to mount a PersistentVolume.</summary>
    public static IEnumerable<Referred> SecretsOf(JsonObject volume)
    {
        if (volume.Object("spec") is not { } spec) yield break;
        var ns = spec.Object("claimRef").Text("namespace") ?? "";
        if (spec.Object("azureFile").Text("secretName") is { } share) yield return new(ReferredKind.Secret, spec.Object("azureFile").Text("secretNamespace") ?? ns, share);
        foreach (var reference in SecretSources.Select(s => spec.Object(s).Object("secretRef")).Concat(CsiSecrets.Select(f => spec.Object("csi").Object(f))))
        {
            if (reference.Text("name") is { } name) yield return new(ReferredKind.Secret, reference.Text("namespace") ?? ns, name);
        }
    }

    static IEnumerable<Referred> OfVolume(JsonObject volume, string ns, string pod)
    {
        if (volume.Object("secret").Text("secretName") is { } secret) yield return new(ReferredKind.Secret, ns, secret);
        if (volume.Object("azureFile").Text("secretName") is { } share) yield return new(ReferredKind.Secret, ns, share);
        if (volume.Object("csi").Object("nodePublishSecretRef").Text("name") is { } published) yield return new(ReferredKind.Secret, ns, published);
        foreach (var source in SecretSources)
        {
            if (volume.Object(source).Object("secretRef").Text("name") is { } name) yield return new(ReferredKind.Secret, ns, name);
        }
        if (volume.Object("configMap").Text("name") is { } map) yield return new(ReferredKind.ConfigMap, ns, map);
        if (volume.Object("persistentVolumeClaim").Text("claimName") is { } claim) yield return new(ReferredKind.Claim, ns, claim);
        if (volume.Object("ephemeral") is not null) yield return new(ReferredKind.Claim, ns, $"{pod}-{volume.Text("name")}");
        foreach (var source in Objects(volume.Object("projected").Array("sources")))
        {
            if (source.Object("secret").Text("name") is { } projected) yield return new(ReferredKind.Secret, ns, projected);
            if (source.Object("configMap").Text("name") is { } projectedMap) yield return new(ReferredKind.ConfigMap, ns, projectedMap);
        }
    }

    static IEnumerable<JsonObject> Objects(JsonArray? list) => list?.OfType<JsonObject>() ?? [];

    static IEnumerable<string> Names(JsonArray? list) => Objects(list).Select(o => o.Text("name")).OfType<string>();
}
