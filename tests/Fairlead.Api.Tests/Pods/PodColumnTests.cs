using Fairlead.Api.Resources.Kinds;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Pods;

public class PodColumnTests
{
    static readonly DateTimeOffset Now = new(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string, string, string, string> Rows => new()
    {
        { "new", """{"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Pending"}}""", "0/1", "Pending", "0" },
        { "creating", """{"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Pending","containerStatuses":[{"name":"a","state":{"waiting":{"reason":"ContainerCreating"}}}]}}""", "0/1", "ContainerCreating", "0" },
        { "running", """{"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Running","containerStatuses":[{"name":"a","ready":true,"state":{"running":{}}}]}}""", "1/1", "Running", "0" },
        { "crash loop", """{"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Running","containerStatuses":[{"name":"a","restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"finishedAt":"2025-01-01T11:55:00Z"}}}]}}""", "0/1", "CrashLoopBackOff", "2 (5m ago)" },
        { "completed", """{"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Succeeded","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}}""", "0/1", "Completed", "0" },
        { "error", """{"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Failed","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}}""", "0/1", "Error", "0" },
        { "exit code alone", """{"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Failed","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":3}}}]}}""", "0/1", "ExitCode:3", "0" },
        { "signal", """{"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Failed","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":137,"signal":9}}}]}}""", "0/1", "Signal:9", "0" },
        { "one of two ended", """{"spec":{"containers":[{"name":"a"},{"name":"b"}]},"status":{"phase":"Running","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":0,"reason":"Completed"}}},{"name":"b","ready":true,"state":{"running":{}}}]}}""", "1/2", "NotReady", "0" },
        { "first init", """{"spec":{"initContainers":[{"name":"i"},{"name":"j"}],"containers":[{"name":"a"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"running":{}}},{"name":"j","state":{"waiting":{"reason":"PodInitializing"}}}],"containerStatuses":[{"name":"a","state":{"waiting":{"reason":"PodInitializing"}}}]}}""", "0/1", "Init:0/2", "0" },
        { "second init", """{"spec":{"initContainers":[{"name":"i"},{"name":"j"}],"containers":[{"name":"a"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":0}}},{"name":"j","state":{"waiting":{"reason":"PodInitializing"}}}]}}""", "0/1", "Init:1/2", "0" },
        { "init fails", """{"spec":{"initContainers":[{"name":"i"}],"containers":[{"name":"a"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":1,"state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}}""", "0/1", "Init:Error", "1" },
        { "init crash loop", """{"spec":{"initContainers":[{"name":"i"}],"containers":[{"name":"a"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}""", "0/1", "Init:CrashLoopBackOff", "0" },
        { "init exit code", """{"spec":{"initContainers":[{"name":"i"}],"containers":[{"name":"a"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":2}}}]}}""", "0/1", "Init:ExitCode:2", "0" },
        { "initialized", """{"spec":{"initContainers":[{"name":"i"}],"containers":[{"name":"a"}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":3,"state":{"terminated":{"exitCode":0}}}],"containerStatuses":[{"name":"a","state":{"waiting":{"reason":"PodInitializing"}}}]}}""", "0/1", "PodInitializing", "0" },
        { "sidecar", """{"spec":{"initContainers":[{"name":"s","restartPolicy":"Always"}],"containers":[{"name":"a"}]},"status":{"phase":"Running","initContainerStatuses":[{"name":"s","ready":true,"started":true,"restartCount":1,"state":{"running":{}}}],"containerStatuses":[{"name":"a","ready":true,"restartCount":1,"state":{"running":{}}}]}}""", "2/2", "Running", "2" },
        { "gated", """{"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]}}""", "0/1", "SchedulingGated", "0" },
        { "evicted", """{"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Failed","reason":"Evicted"}}""", "0/1", "Evicted", "0" },
        { "terminating", """{"metadata":{"deletionTimestamp":"2025-01-01T12:00:00Z"},"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Running","containerStatuses":[{"name":"a","ready":true,"state":{"running":{}}}]}}""", "1/1", "Terminating", "0" },
        { "lost", """{"metadata":{"deletionTimestamp":"2025-01-01T12:00:00Z"},"spec":{"containers":[{"name":"a"}]},"status":{"phase":"Running","reason":"NodeLost"}}""", "0/1", "Unknown", "0" },
    };

    [Theory, MemberData(nameof(Rows))]
    public void ShowsWhatKubectlShows(string name, string pod, string ready, string status, string restarts)
    {
        var obj = JsonNode.Parse(pod)!.AsObject();
        Assert.Equal((name, ready, status, restarts), (name, PodColumns.Ready(obj), PodColumns.Status(obj), PodColumns.Restarts(obj, Now)));
    }

    [Fact]
    public void ColumnsStandInKubectlsOrder() => Assert.Equal(
        ["Ready", "Status", "Restarts", "Age", "IP", "Node", "Nominated Node", "Readiness Gates"],
        PodResource.Definition.Columns.Select(c => c.Name));
}
