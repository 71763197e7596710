using Fairlead.Api.Resources;

namespace Fairlead.Api.Tests.Kinds;

/// <summary>PersistentVolume, PersistentVolumeClaim, ResourceQuota, LimitRange, ReplicationController and PodTemplate.</summary>
public sealed class CoreKindTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("PersistentVolume", """{"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/a"}}}""", null)]
    [InlineData("PersistentVolume", """{"spec":{"capacity":{"storage":"0"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/a"}}}""", "spec.capacity[storage]: Invalid value: \"0\": must be greater than zero")]
    [InlineData("PersistentVolume", """{"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce","ReadWriteOncePod"],"hostPath":{"path":"/a"}}}""", "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes")]
    [InlineData("PersistentVolume", """{"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"local":{"path":"/a"}}}""", "spec.nodeAffinity: Required value: Local volume requires node affinity")]
    [InlineData("PersistentVolume", """{"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/a"},"nfs":{"server":"s","path":"/"}}}""", "spec.nfs: Forbidden: may not specify more than 1 volume type")]
    [InlineData("PersistentVolumeClaim", """{"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""", null)]
    [InlineData("PersistentVolumeClaim", """{"spec":{"accessModes":["ReadWriteOnce"]}}""", "spec.resources[storage]: Required value")]
    [InlineData("PersistentVolumeClaim", """{"spec":{"accessModes":["Any"],"resources":{"requests":{"storage":"1Gi"}}}}""",
        "spec.accessModes: Unsupported value: \"Any\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\"")]
    [InlineData("ResourceQuota", """{"spec":{"hard":{"pods":"10","requests.cpu":"1","count/deployments.apps":"2","example.com/gpus":"1"}}}""", null)]
    [InlineData("ResourceQuota", """{"spec":{"hard":{"cows":"10"}}}""", "spec.hard[cows]: Invalid value: \"cows\": must be a standard resource for quotas")]
    [InlineData("ResourceQuota", """{"spec":{"hard":{"pods":"1500m"}}}""", "spec.hard[pods]: Invalid value: \"1500m\": must be an integer")]
    [InlineData("ResourceQuota", """{"spec":{"hard":{"pods":"1"},"scopes":["BestEffort","NotBestEffort"]}}""", "spec.scopes: Invalid value: \"BestEffort,NotBestEffort\": conflicting scopes")]
    [InlineData("ResourceQuota", """{"spec":{"hard":{"pods":"1"},"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In"}]}}}""",
        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")]
    [InlineData("LimitRange", """{"spec":{"limits":[{"type":"Container","min":{"cpu":"2"},"max":{"cpu":"1"},"default":{"cpu":"1"},"defaultRequest":{"cpu":"1"}}]}}""",
        "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1", "spec.limits[0].defaultRequest[cpu]: Invalid value: \"1\": min value 2 is greater than default request value 1",
        "spec.limits[0].default[cpu]: Invalid value: \"1\": min value 2 is greater than default value 1")]
    [InlineData("LimitRange", """{"spec":{"limits":[{"type":"Pod","default":{"cpu":"1"}}]}}""", "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'")]
    [InlineData("ReplicationController", """{"spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""", null)]
    [InlineData("ReplicationController", """{"spec":{"selector":{"a":"c"},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""",
        "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`")]
    public void NewObjectsAreChecked(string kind, string json, params string?[]? expected) =>
        Assert.Equal((expected ?? []).OfType<string>(), Checked.Create(kind, json));

    const string Pending = """{"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"s","resources":{"requests":{"storage":"1Gi"}}}}""";
    const string Bound = """{"spec":{"accessModes":["ReadWriteOnce"],"volumeName":"v","resources":{"requests":{"storage":"1Gi"}}},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}""";

    [Theory]
    [InlineData(Pending, """{"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"s","volumeName":"v","resources":{"requests":{"storage":"1Gi"}}}}""", null)]
    [InlineData(Pending, """{"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"t","resources":{"requests":{"storage":"1Gi"}}}}""",
        "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")]
    [InlineData(Bound, """{"spec":{"accessModes":["ReadWriteOnce"],"volumeName":"v","resources":{"requests":{"storage":"2Gi"}}}}""", null)]
    [InlineData(Bound, """{"spec":{"accessModes":["ReadWriteOnce"],"volumeName":"v","resources":{"requests":{"storage":"512Mi"}}}}""", "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity")]
    public void AClaimIsBoundAndThenOnlyGrows(string old, string json, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Checked.Update("PersistentVolumeClaim", old, json));

    [Fact]
    public void ALimitRangesBoundsStandInForItsDefaults()
    {
        var item = Checked.Defaulted("LimitRange", """{"spec":{"limits":[{"type":"Container","max":{"cpu":"2"},"min":{"cpu":"100m","memory":"1Gi"},"default":{"memory":"4Gi"}}]}}""").Objects("spec.limits")[0];
        Assert.Equal("""{"memory":"4Gi","cpu":"2"}""", item["default"]!.ToJsonString());
        Assert.Equal("""{"memory":"4Gi","cpu":"2"}""", item["defaultRequest"]!.ToJsonString());
    }

    [Theory]
    [InlineData("PersistentVolume", """{"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteMany","ReadWriteOnce"],"persistentVolumeReclaimPolicy":"Retain","claimRef":{"namespace":"a","name":"b"},"storageClassName":"s","volumeMode":"Block"},"status":{"phase":"Bound"}}""",
        "1Gi|RWO,RWX|Retain|Bound|a/b|s|<unset>||<unknown>|Block")]
    [InlineData("PersistentVolumeClaim", """{"spec":{"volumeName":"v","storageClassName":"s"},"status":{"phase":"Bound","capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"]}}""", "Bound|v|1Gi|RWO|s|<unset>|<unknown>|<unset>")]
    [InlineData("ResourceQuota", """{"status":{"hard":{"limits.cpu":"4","pods":"10","count/jobs.batch":"1"},"used":{"pods":"3"}}}""", "<unknown>|count/jobs.batch: 0/1, pods: 3/10|limits.cpu: 0/4")]
    [InlineData("LimitRange", """{"metadata":{"creationTimestamp":"2030-01-01T00:00:00Z"}}""", "2030-01-01T00:00:00Z")]
    [InlineData("PodTemplate", """{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}""", "c|i|a=b")]
    public void RowsShowWhatKubectlShows(string kind, string json, string expected)
    {
        var obj = Checked.Parse(json);
        Assert.Equal(expected, string.Join('|', Checked.Kind(kind).Columns.Select(c => c.Cell(obj, Now)?.ToString())));
    }
}
