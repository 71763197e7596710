namespace Fairlead.Conformance.Storage;

public sealed class StorageKinds(RunningCluster cluster)
{
    const string Group = "storage.k8s.io/v1";

    Operations Cluster(string plural, string kind, string body) => new(cluster, Group, plural, kind) { Namespaced = false, Body = _ => body };

    [Fact(DisplayName = "[sig-storage] CSIInlineVolumes should run through the lifecycle of a CSIDriver [Conformance]")]
    public Task Drivers() => Cluster("csidrivers", "CSIDriver", """{"spec":{"attachRequired":false,"podInfoOnMount":true,"volumeLifecycleModes":["Ephemeral"]}}""").RunAsync();

    [Fact(DisplayName = "[sig-storage] CSINodes CSI Conformance should run through the lifecycle of a csinode [Conformance]")]
    public Task Nodes() => Cluster("csinodes", "CSINode", """{"spec":{"drivers":[{"name":"e2e.example.com","nodeID":"node-1","allocatable":{"count":3}}]}}""").RunAsync();

    [Fact(DisplayName = "[sig-storage] StorageClasses CSI Conformance should run through the lifecycle of a StorageClass [Conformance]")]
    public Task Classes() => Cluster("storageclasses", "StorageClass", """{"provisioner":"e2e.example.com/fake","volumeBindingMode":"WaitForFirstConsumer"}""").RunAsync();

    [Fact(DisplayName = "[sig-storage] CSIStorageCapacity should support CSIStorageCapacities API operations [Conformance]")]
    public Task Capacities() => new Operations(cluster, Group, "csistoragecapacities", "CSIStorageCapacity")
    {
        Body = _ => """{"storageClassName":"example","nodeTopology":{"matchLabels":{"kubernetes.io/hostname":"a"}},"capacity":"5Gi"}""",
        Change = o => o["capacity"] = "6Gi",
    }.RunAsync();

    const string Attachment = """{"spec":{"attacher":"e2e.example.com","nodeName":"node-1","source":{"persistentVolumeName":"pv-1"}}}""";

    [Fact(DisplayName = "[sig-storage] VolumeAttachment Conformance should run through the lifecycle of a VolumeAttachment [Conformance]")]
    public Task Attachments() => Cluster("volumeattachments", "VolumeAttachment", Attachment).RunAsync();

    [Fact(DisplayName = "[sig-storage] VolumeAttachment Conformance should apply changes to a volumeattachment status [Conformance]")]
    public async Task AttachmentStatus()
    {
        await cluster.RequireAsync(Group, "volumeattachments");
        var attachments = cluster.Resource(Group, "volumeattachments");
        var name = (await attachments.CreateAsync(Attachment.Replace("{\"spec\"", "{\"metadata\":{\"generateName\":\"e2e-\"},\"spec\"", StringComparison.Ordinal))).Text("metadata.name")!;
        await attachments.PatchAsync(name, """{"metadata":{"labels":{"patched":"yes"}}}""");
        Assert.Equal("false", (await attachments.GetAsync(name, "status")).Text("status.attached") ?? "false");
        Assert.Equal("true", (await attachments.PatchAsync(name, """{"status":{"attached":true}}""", subresource: "status")).Text("status.attached"));
        Assert.Equal("false", (await attachments.ChangeAsync(name, a => a["status"]!["attached"] = false, "status")).Text("status.attached"));
        await attachments.DeleteAsync(name);
        await attachments.AbsentAsync(name);
    }

    const string Volume = """{"spec":{"capacity":{"storage":"4Mi"},"accessModes":["ReadWriteOnce"],"storageClassName":"NAME","hostPath":{"path":"/tmp/csi-pv"}}}""";
    const string Claim = """{"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"4Mi"}},"storageClassName":"NAME"}}""";

    [Fact(DisplayName = "[sig-storage] PersistentVolumes CSI Conformance should run through the lifecycle of a PV and a PVC [Conformance]")]
    public async Task VolumesAndClaims()
    {
        await new Operations(cluster, "v1", "persistentvolumes", "PersistentVolume") { Namespaced = false, Subresources = ["status"], Body = n => Volume.Replace("NAME", n, StringComparison.Ordinal) }.RunAsync();
        await new Operations(cluster, "v1", "persistentvolumeclaims", "PersistentVolumeClaim") { Subresources = ["status"], Body = n => Claim.Replace("NAME", n, StringComparison.Ordinal) }.RunAsync();
    }

    [Fact(DisplayName = "[sig-storage] PersistentVolumes CSI Conformance should apply changes to a pv/pvc status [Conformance]")]
    public async Task VolumeAndClaimStatus()
    {
        await cluster.RequireAsync("v1", "persistentvolumes");
        var (volumes, claims) = (cluster.Resource("v1", "persistentvolumes"), cluster.Resource("v1", "persistentvolumeclaims", await cluster.NamespaceAsync("volumes")));
        var volume = (await volumes.CreateAsync(Volume.Replace("{\"spec\"", "{\"metadata\":{\"generateName\":\"e2e-\"},\"spec\"", StringComparison.Ordinal).Replace("NAME", "e2e", StringComparison.Ordinal))).Text("metadata.name")!;
        await claims.CreateAsync(Claim.Replace("{\"spec\"", "{\"metadata\":{\"name\":\"claim\"},\"spec\"", StringComparison.Ordinal).Replace("NAME", "other", StringComparison.Ordinal));
        Assert.Equal("Pending", (await claims.GetAsync("claim", "status")).Text("status.phase"));
        Assert.NotNull((await volumes.GetAsync(volume, "status")).Text("status.phase"));
        var patched = await claims.PatchAsync("claim", """{"status":{"conditions":[{"type":"StatusPatched","status":"True","reason":"E2E patchedStatus","message":"Set from e2e test"}]}}""", subresource: "status");
        Assert.Equal("E2E patchedStatus", patched.Condition("StatusPatched").Text("reason"));
        Assert.Equal("E2E", (await volumes.PatchAsync(volume, """{"status":{"message":"StatusPatched","reason":"E2E"}}""", subresource: "status")).Text("status.reason"));
        await claims.ChangeAsync("claim", c => c["status"]!["conditions"]!.AsArray().Add(Tree.Parse("""{"type":"StatusUpdate","status":"True","reason":"E2E"}""")), "status");
        Assert.Equal("E2E", (await claims.GetAsync("claim")).Condition("StatusUpdate").Text("reason"));
        Assert.Equal("updated", (await volumes.ChangeAsync(volume, v => v["status"]!["message"] = "updated", "status")).Text("status.message"));
        await claims.DeleteAsync("claim");
        await volumes.DeleteAsync(volume);
    }
}
