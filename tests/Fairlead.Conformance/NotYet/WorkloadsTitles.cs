namespace Fairlead.Conformance;

static class WorkloadsTitles
{
    public static IEnumerable<(string Title, string Why)> List =>
    [
        .. NotYet.Of("sig-apps", "no controller for CronJobs", """
            CronJob should not schedule jobs when suspended [Slow]
            CronJob should not schedule new jobs when ForbidConcurrent [Slow]
            CronJob should replace jobs when ReplaceConcurrent
            CronJob should schedule multiple jobs concurrently
            """),
        .. NotYet.Of("sig-apps", "no controller for DaemonSets", """
            ControllerRevision [Serial] should manage the lifecycle of a ControllerRevision
            Daemon set [Serial] should retry creating failed daemon pods
            Daemon set [Serial] should rollback without unnecessary restarts
            Daemon set [Serial] should run and stop complex daemon
            Daemon set [Serial] should run and stop simple daemon
            Daemon set [Serial] should update pod when spec was updated and update strategy is RollingUpdate
            """),
        .. NotYet.Of("sig-apps", "no controller for Jobs", """
            Job should adopt matching orphans and release non-matching pods
            Job should allow to use a pod failure policy to ignore failure matching on DisruptionTarget condition
            Job should allow to use the pod failure policy on exit code to fail the job early
            Job should create pods for an Indexed job with completion indexes and specified hostname
            Job should delete a job
            Job should run a job to completion when tasks sometimes fail and are locally restarted
            """),
        .. NotYet.Of("sig-apps", "needs a running container", """
            ReplicaSet should serve a basic image on each replica with a public image
            ReplicationController should serve a basic image on each replica with a public image
            """),
        .. NotYet.Of("sig-apps", "no controller for StatefulSets", """
            StatefulSet Basic StatefulSet functionality [StatefulSetBasic] Burst scaling should run to completion even with unhealthy pods [Slow]
            StatefulSet Basic StatefulSet functionality [StatefulSetBasic] Scaling should happen in predictable order and halt if any stateful pod is unhealthy [Slow]
            StatefulSet Basic StatefulSet functionality [StatefulSetBasic] Should recreate evicted statefulset
            StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should perform canary updates and phased rolling updates of template modifications
            StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should perform rolling updates and roll backs of template modifications
            """),
        .. NotYet.Of("sig-scheduling", "no preemption", """
            SchedulerPreemption [Serial] PreemptionExecutionPath runs ReplicaSets to verify preemption running path
            SchedulerPreemption [Serial] validates basic preemption works
            SchedulerPreemption [Serial] validates lower priority pod preemption by critical pod
            SchedulerPreemption [Serial] validates pod disruption condition is added to the preempted pod
            """),
        .. NotYet.Of("sig-auth", "needs a running container", """
            ServiceAccounts should mount an API token into pods
            ServiceAccounts should mount projected service account token
            """),
        .. NotYet.Of("sig-cli", "needs a running container", """
            Kubectl client Guestbook application should create and stop a working application
            Kubectl client Update Demo should create and stop a replication controller
            Kubectl client Update Demo should scale a replication controller
            Kubectl logs logs should be able to retrieve and filter logs
            """),
    ];
}
