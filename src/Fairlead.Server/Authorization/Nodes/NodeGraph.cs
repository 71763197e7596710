using System.Text.Json;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Authorization.Nodes;

/// <summary>
/// Which node may read what, because a Pod that is bound to it refers to it. Kept up to date by a
/// <see cref="StoreFollower"/>; a question is one or two look-ups under a lock.
/// <code>
/// node ◀── Pod ◀── Secret, ConfigMap, ServiceAccount, claim ◀── PersistentVolume ◀── Secret
/// node ◀── VolumeAttachment
/// </code>
/// </summary>
public sealed class NodeGraph : IStoreView
{
    const string Pods = "/registry/core/pods/";
    const string Volumes = "/registry/core/persistentvolumes/";
    const string Attachments = "/registry/storage.k8s.io/volumeattachments/";
    const string Mirror = "kubernetes.io/config.mirror";

    readonly Lock gate = new();
    readonly Dictionary<(Referred To, string Node), int> counts = [];
    readonly Dictionary<string, (string Node, string? Uid, Referred[] To)> known = new(StringComparer.Ordinal);
    readonly Dictionary<string, (Referred Claim, Referred[] Secrets)> volumes = new(StringComparer.Ordinal);
    readonly Dictionary<Referred, HashSet<string>> volumesOfSecret = [];

    IReadOnlyList<string> IStoreView.Prefixes { get; } = [Pods, Volumes, Attachments];

    /// <summary>True if a Pod of the node leads to the object.</summary>
    public bool Leads(string node, Referred to)
    {
        lock (gate)
        {
            if (counts.ContainsKey((to, node))) return true;
            if (to.Kind == ReferredKind.Volume) return volumes.TryGetValue(to.Name, out var volume) && counts.ContainsKey((volume.Claim, node));
            if (to.Kind != ReferredKind.Secret || !volumesOfSecret.TryGetValue(to, out var names)) return false;
            foreach (var name in names)
            {
                if (counts.ContainsKey((volumes[name].Claim, node))) return true;
            }
            return false;
        }
    }

    void IStoreView.Reset()
    {
        lock (gate)
        {
            counts.Clear();
            known.Clear();
            volumes.Clear();
            volumesOfSecret.Clear();
        }
    }

    void IStoreView.Put(StoreEntry entry)
    {
        JsonObject obj;
        try
        {
            if (entry.Key.StartsWith(Pods, StringComparison.Ordinal) && IsKnown(entry)) return;
            obj = StoredObject.ParseWithoutOwners(entry);
        }
        catch (JsonException) { return; } // what cannot be read leads nowhere
        lock (gate)
        {
            Forget(entry.Key);
            if (entry.Key.StartsWith(Volumes, StringComparison.Ordinal)) PutVolume(entry.Key[Volumes.Length..], obj);
            else if (entry.Key.StartsWith(Pods, StringComparison.Ordinal)) Learn(entry.Key, obj, OfPod(obj));
            else Learn(entry.Key, obj, [new(ReferredKind.Attachment, "", obj.Name())]);
        }
    }

    void IStoreView.Remove(string key)
    {
        lock (gate) Forget(key);
    }

    void IStoreView.Publish() { }

    static IEnumerable<Referred> OfPod(JsonObject pod)
    {
        var itself = new Referred(ReferredKind.Pod, pod.Namespace() ?? "", pod.Name());
        // A node makes its mirror Pods itself: what they name must give it nothing.
        return pod.Object("metadata").Object("annotations").Text(Mirror) is not null ? [itself] : PodReferences.Of(pod).Prepend(itself);
    }

    /// <summary>True for a Pod that has had its node already, and nothing since that it could refer to more by.</summary>
    bool IsKnown(StoreEntry entry)
    {
        string? uid;
        lock (gate) uid = known.TryGetValue(entry.Key, out var was) ? was.Uid : null;
        if (uid is null) return false;
        var now = PodGlance.At(entry.Json.Span);
        return now.Uid == uid && !now.HasEphemeralContainers;
    }

    void Learn(string key, JsonObject obj, IEnumerable<Referred> to)
    {
        if (obj.Object("spec").Text("nodeName") is not { } node) return;
        var all = to.Distinct().ToArray();
        known[key] = (node, obj.Metadata().Text("uid"), all);
        foreach (var one in all) counts[(one, node)] = counts.GetValueOrDefault((one, node)) + 1;
    }

    void PutVolume(string name, JsonObject volume)
    {
        if (PodReferences.ClaimOf(volume) is not { } claim) return;
        var secrets = PodReferences.SecretsOf(volume).Distinct().ToArray();
        volumes[name] = (claim, secrets);
        foreach (var secret in secrets)
        {
            if (!volumesOfSecret.TryGetValue(secret, out var names)) volumesOfSecret[secret] = names = new(StringComparer.Ordinal);
            names.Add(name);
        }
    }

    void Forget(string key)
    {
        if (known.Remove(key, out var was))
        {
            foreach (var one in was.To)
            {
                if (--counts[(one, was.Node)] == 0) counts.Remove((one, was.Node));
            }
        }
        if (!key.StartsWith(Volumes, StringComparison.Ordinal) || !volumes.Remove(key[Volumes.Length..], out var volume)) return;
        foreach (var secret in volume.Secrets)
        {
            volumesOfSecret[secret].Remove(key[Volumes.Length..]);
            if (volumesOfSecret[secret].Count == 0) volumesOfSecret.Remove(secret);
        }
    }
}
