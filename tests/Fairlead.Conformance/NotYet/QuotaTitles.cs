namespace Fairlead.Conformance;

static class QuotaTitles
{
    public static IEnumerable<(string Title, string Why)> List =>
    [
        .. NotYet.Of("sig-api-machinery", "resource quotas", """
            ResourceQuota should create a ResourceQuota and capture the life of a configMap.
            ResourceQuota should create a ResourceQuota and capture the life of a pod.
            ResourceQuota should create a ResourceQuota and capture the life of a replica set.
            ResourceQuota should create a ResourceQuota and capture the life of a replication controller.
            ResourceQuota should create a ResourceQuota and capture the life of a secret.
            ResourceQuota should create a ResourceQuota and capture the life of a service.
            ResourceQuota should create a ResourceQuota and ensure its status is promptly calculated.
            ResourceQuota should verify ResourceQuota with best effort scope.
            ResourceQuota should verify ResourceQuota with terminating scopes.
            """),
    ];
}
