using System.Security.Cryptography;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Store;

namespace Fairlead.Server.Admission;

/// <summary>
/// A Pod runs as a ServiceAccount: "default" unless it names another, which must exist. Its token, the cluster's CA and
/// the namespace are projected into every container unless the Pod or the account declines.
/// </summary>
public sealed class ServiceAccountAdmission(IStore store, ResourceDefinition serviceAccounts) : IAdmission
{
    const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    public async ValueTask AdmitAsync(
        AdmissionOperation operation, WriteContext context, JsonObject? obj, JsonObject? old, CancellationToken cancellation)
    {
        if (operation != AdmissionOperation.Create || context.Kind is not { Group: "", Plural: "pods" } || context.Target.Subresource.Length > 0) return;
        if (obj.Object("spec") is not { } spec || obj.Object("metadata").Object("annotations").Text("kubernetes.io/config.mirror") is not null) return;
        var name = spec.Text("serviceAccountName") ?? spec.Text("serviceAccount") ?? "default";
        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
        var entry = await store.GetAsync(ObjectKeys.Object(serviceAccounts, context.Namespace, name), cancellation).ConfigureAwait(false)
            ?? throw Refuse.Forbidden(context.Kind, obj!.Name(),
                $"error looking up service account {context.Namespace}/{name}: serviceaccount \"{name}\" not found");
        var account = StoredObject.Parse(entry);
        if (spec["imagePullSecrets"] is not JsonArray { Count: > 0 }) spec.Carry(account, "imagePullSecrets");
        if (spec.Flag("automountServiceAccountToken") ?? account.Flag("automountServiceAccountToken") ?? true) Mount(spec);
    }

    static void Mount(JsonObject spec)
    {
        var containers = (spec.Array("containers") ?? []).Concat(spec.Array("initContainers") ?? []).OfType<JsonObject>()
            .Where(c => !(c.Array("volumeMounts") ?? []).OfType<JsonObject>().Any(m => m.Text("mountPath") == MountPath)).ToArray();
        if (containers.Length == 0) return;
        var volumes = spec.Array("volumes");
        if (volumes is null) spec["volumes"] = volumes = [];
        var volume = "kube-api-access-" + RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5);
        volumes.Add(AccessVolume(volume));
        foreach (var container in containers)
        {
            var mounts = container.Array("volumeMounts");
            if (mounts is null) container["volumeMounts"] = mounts = [];
            mounts.Add(new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = MountPath });
        }
    }

    static JsonObject AccessVolume(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607, ["path"] = "token" } },
                new JsonObject
                {
                    ["configMap"] = new JsonObject
                    {
                        ["name"] = "kube-root-ca.crt",
                        ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                    },
                },
                new JsonObject
                {
                    ["downwardAPI"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            ["path"] = "namespace",
                            ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                        }),
                    },
                }),
            ["defaultMode"] = 420,
        },
    };
}
