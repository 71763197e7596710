using Fairlead.Api.Resources;

namespace Fairlead.Api.Tests.Kinds;

/// <summary>Job, CronJob, StatefulSet, DaemonSet and HorizontalPodAutoscaler: defaults, checks and columns.</summary>
public sealed class WorkloadKindTests
{
    const string Pod = "{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}],\"restartPolicy\":\"Never\"}";
    const string Job = "{\"template\":{\"spec\":" + Pod + "}}";
    const string Labelled = "\"selector\":{\"matchLabels\":{\"app\":\"x\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":\"x\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}";
    static readonly DateTimeOffset Now = new(2030, 1, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Job", "{\"metadata\":{\"name\":\"j\",\"uid\":\"u\"},\"spec\":" + Job + "}", null)]
    [InlineData("Job", "{\"metadata\":{\"name\":\"j\",\"uid\":\"u\"},\"spec\":{\"backoffLimitPerIndex\":1,\"template\":{\"spec\":" + Pod + "}}}", "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode")]
    [InlineData("Job", "{\"metadata\":{\"name\":\"j\",\"uid\":\"u\"},\"spec\":{\"completionMode\":\"Indexed\",\"parallelism\":2,\"template\":{\"spec\":" + Pod + "}}}", "spec.completions: Required value: when completion mode is Indexed")]
    [InlineData("Job", "{\"metadata\":{\"name\":\"j\",\"uid\":\"u\"},\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}", "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"")]
    [InlineData("Job", "{\"metadata\":{\"name\":\"j\",\"uid\":\"u\"},\"spec\":{\"podFailurePolicy\":{\"rules\":[{\"action\":\"FailJob\",\"onExitCodes\":{\"operator\":\"In\",\"values\":[0]}}]},\"template\":{\"spec\":" + Pod + "}}}",
        "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator")]
    [InlineData("Job", "{\"metadata\":{\"name\":\"j\",\"uid\":\"u\"},\"spec\":{\"completionMode\":\"Indexed\",\"completions\":3,\"successPolicy\":{\"rules\":[{\"succeededIndexes\":\"0,2\",\"succeededCount\":3}]},\"template\":{\"spec\":" + Pod + "}}}",
        "spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)")]
    [InlineData("CronJob", "{\"metadata\":{\"name\":\"c\"},\"spec\":{\"schedule\":\"*/5 0-6 1,15 jan-mar mon\",\"timeZone\":\"Europe/Paris\",\"jobTemplate\":{\"spec\":" + Job + "}}}", null)]
    [InlineData("CronJob", "{\"metadata\":{\"name\":\"c\"},\"spec\":{\"schedule\":\"@every 1h30m\",\"jobTemplate\":{\"spec\":" + Job + "}}}", null)]
    [InlineData("CronJob", "{\"metadata\":{\"name\":\"c\"},\"spec\":{\"schedule\":\"* * * *\",\"jobTemplate\":{\"spec\":" + Job + "}}}", "spec.schedule: Invalid value: \"* * * *\": expected exactly 5 fields, found 4: [* * * *]")]
    [InlineData("CronJob", "{\"metadata\":{\"name\":\"c\"},\"spec\":{\"schedule\":\"60 * * * *\",\"jobTemplate\":{\"spec\":" + Job + "}}}", "spec.schedule: Invalid value: \"60 * * * *\": end of range (60) above maximum (59): 60")]
    [InlineData("CronJob", "{\"metadata\":{\"name\":\"a23456789012345678901234567890123456789012345678901234\"},\"spec\":{\"schedule\":\"@daily\",\"jobTemplate\":{\"spec\":" + Job + "}}}",
        "metadata.name: Invalid value: \"a23456789012345678901234567890123456789012345678901234\": must be no more than 52 characters")]
    [InlineData("StatefulSet", "{\"spec\":{" + Labelled + "}}", null)]
    [InlineData("StatefulSet", "{\"spec\":{\"podManagementPolicy\":\"Any\"," + Labelled + "}}", "spec.podManagementPolicy: Unsupported value: \"Any\": supported values: \"OrderedReady\", \"Parallel\"")]
    [InlineData("StatefulSet", "{\"spec\":{\"updateStrategy\":{\"type\":\"OnDelete\",\"rollingUpdate\":{}}," + Labelled + "}}", "spec.updateStrategy.rollingUpdate: Invalid value: {}: only allowed for updateStrategy 'RollingUpdate'")]
    [InlineData("DaemonSet", "{\"spec\":{" + Labelled + "}}", null)]
    [InlineData("DaemonSet", "{\"spec\":{\"selector\":{},\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}", "spec.selector: Invalid value: \"\": empty selector is invalid for daemonset")]
    [InlineData("DaemonSet", "{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxSurge\":\"10%\"}}," + Labelled + "}}", "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: \"10%\": may not be set when maxUnavailable is non-zero")]
    [InlineData("HorizontalPodAutoscaler", """{"spec":{"scaleTargetRef":{"kind":"Deployment","name":"d"},"minReplicas":3,"maxReplicas":2}}""", "spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`")]
    [InlineData("HorizontalPodAutoscaler", """{"spec":{"scaleTargetRef":{"kind":"Deployment","name":"d"},"maxReplicas":2,"metrics":[{"type":"Pods","pods":{"metric":{"name":"m"},"target":{"type":"AverageValue","averageValue":"-1"}}}]}}""",
        "spec.metrics[0].pods.target.averageValue: Invalid value: \"-1\": must be positive")]
    [InlineData("HorizontalPodAutoscaler", """{"spec":{"scaleTargetRef":{"kind":"Deployment","name":"d"},"maxReplicas":2,"behavior":{"scaleUp":{"policies":[{"type":"Pods","value":1,"periodSeconds":1801}]}}}}""",
        "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800")]
    public void NewObjectsAreChecked(string kind, string json, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Checked.Create(kind, json));

    [Theory]
    [InlineData("{\"replicas\":2," + Labelled + "}", null)]
    [InlineData("{\"serviceName\":\"b\"," + Labelled + "}",
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")]
    public void StatefulSetsKeepMostOfTheirSpec(string spec, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Checked.Update("StatefulSet", "{\"spec\":{" + Labelled + "}}", $$"""{"spec":{{spec}} }"""));

    [Fact]
    public void JobsGetASelectorOfTheirOwn()
    {
        var job = Checked.Parse("{\"metadata\":{\"name\":\"j\",\"uid\":\"u-1\"},\"spec\":" + Job + "}");
        Checked.Kind("Job").Rules.PrepareForCreate(job);
        Checked.Kind("Job").Rules.Default(job);
        Assert.Equal("""{"matchLabels":{"batch.kubernetes.io/controller-uid":"u-1"}}""", job["spec"]!["selector"]!.ToJsonString());
        Assert.Equal("j", (string?)job["spec"]!["template"]!["metadata"]!["labels"]!["batch.kubernetes.io/job-name"]);
        Assert.Equal((1L, 1L, 6L, "NonIndexed"), (job["spec"].Number("completions"), job["spec"].Number("parallelism"), job["spec"].Number("backoffLimit"), job["spec"].Text("completionMode")));
    }

    [Theory]
    [InlineData("""{"suspend":true}""", """{"suspend":false}""", """{"nodeSelector":{"a":"b"}}""", true)]
    [InlineData("""{"suspend":false}""", """{"suspend":false}""", """{"nodeSelector":{"a":"b"}}""", false)]
    public void OnlyASuspendedJobsPodsMayBeSentElsewhere(string oldSpec, string newSpec, string pod, bool may)
    {
        static string Of(string spec, string more) => "{\"metadata\":{\"name\":\"j\",\"uid\":\"u\"},\"spec\":" + spec[..^1]
            + ",\"manualSelector\":true,\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":" + Pod[..^1] + more + "}}}}";
        var found = Checked.Update("Job", Of(oldSpec, ""), Of(newSpec, "," + pod[1..^1]));
        Assert.Equal(may, found.Count == 0);
    }

    [Theory]
    [InlineData("Job", """{"spec":{"completions":3},"status":{"succeeded":1,"startTime":"2030-01-01T23:00:00Z"}}""", "Running|1/3|60m|<unknown>")]
    [InlineData("Job", """{"spec":{"parallelism":2},"status":{"succeeded":1,"startTime":"2030-01-01T23:00:00Z","completionTime":"2030-01-01T23:00:09Z","conditions":[{"type":"Complete","status":"True"}]}}""", "Complete|1/1 of 2|9s|<unknown>")]
    [InlineData("CronJob", """{"spec":{"schedule":"@daily","suspend":true},"status":{"active":[{}]}}""", "@daily|<none>|True|1|<none>|<unknown>")]
    [InlineData("StatefulSet", """{"spec":{"replicas":3},"status":{"readyReplicas":1}}""", "1/3|<unknown>")]
    [InlineData("DaemonSet", """{"spec":{"template":{"spec":{"nodeSelector":{"a":"b"}}}},"status":{"desiredNumberScheduled":3,"numberReady":2}}""", "3|0|2|0|0|a=b|<unknown>")]
    public void RowsShowWhatKubectlShows(string kind, string json, string expected)
    {
        var obj = Checked.Parse(json);
        Assert.Equal(expected, string.Join('|', Checked.Kind(kind).Columns.Where(c => c.Priority == 0).Select(c => c.Cell(obj, Now)?.ToString())));
    }

    [Theory]
    [InlineData("Job", "Status,Completions,Duration,Age,Containers*,Images*,Selector*")]
    [InlineData("CronJob", "Schedule,Timezone,Suspend,Active,Last Schedule,Age,Containers*,Images*,Selector*")]
    [InlineData("StatefulSet", "Ready,Age,Containers*,Images*")]
    [InlineData("DaemonSet", "Desired,Current,Ready,Up-to-date,Available,Node Selector,Age,Containers*,Images*,Selector*")]
    [InlineData("HorizontalPodAutoscaler", "Reference,Targets,MinPods,MaxPods,Replicas,Age")]
    public void HeadingsAreKubectls(string kind, string expected) =>
        Assert.Equal(expected, string.Join(',', Checked.Kind(kind).Columns.Select(c => c.Priority > 0 ? c.Name + "*" : c.Name)));
}
