using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Pods;

/// <summary>
/// Decides what is to be done for a Pod from its spec, what the runtime has of it and what is remembered. Pure: the
/// same input gives the same plan, and once a plan is carried out the next one is empty.
/// </summary>
static class PodActions
{
    public static PodPlan Compute(Pod pod, PodObservation seen, PodMemory memory, DateTimeOffset now)
    {
        if (PodRules.IsDeleted(pod) || PodRules.IsTerminal(pod) || memory.Ended is not null) return new() { End = true };
        if (DeadlinePassed(pod, now)) return new() { End = true };

        var draft = new Draft(pod, seen, memory, now);
        var sandbox = seen.Sandbox;
        if (sandbox is not { Ready: true })
        {
            // A Pod whose containers have all done their work gets no new sandbox to do nothing in.
            if (sandbox is not null && IsDone(pod, seen)) return new() { End = true };
            return draft.InNewSandbox(sandbox);
        }
        return draft.InSandbox();
    }

    /// <summary>Whether spec.activeDeadlineSeconds are over.</summary>
    public static bool DeadlinePassed(Pod pod, DateTimeOffset now) =>
        pod.Spec?.ActiveDeadlineSeconds is { } seconds && pod.Status?.StartTime is { } start && now - start >= TimeSpan.FromSeconds(seconds);

    /// <summary>Whether no app container will ever run again, or an init container failed for good.</summary>
    public static bool IsDone(Pod pod, PodObservation seen)
    {
        if (PodRules.RestartPolicy(pod) == "Never"
            && PodRules.InitContainers(pod).Any(c => !PodRules.IsSidecar(c) && seen.Latest(c.Name) is { State: SeenState.Exited, ExitCode: not 0 })) return true;
        return PodRules.Containers(pod).All(c => seen.Latest(c.Name) is { State: SeenState.Exited } ended && !PodRules.ShouldRun(pod, c, ended));
    }

    /// <summary>One decision in the making.</summary>
    sealed class Draft(Pod pod, PodObservation seen, PodMemory memory, DateTimeOffset now)
    {
        readonly List<ContainerStart> start = [];
        readonly List<ContainerKill> kill = [];
        readonly Dictionary<string, Waiting> waiting = new(StringComparer.Ordinal);
        TimeSpan? again = Deadline(pod, now);

        public PodPlan InNewSandbox(SeenSandbox? old)
        {
            foreach (var container in FirstToStart()) Consider(container, old is null ? null : seen.Latest(container.Name));
            return Plan() with { StopSandbox = old?.Id, CreateSandbox = old is null ? 0 : old.Attempt + 1 };
        }

        public PodPlan InSandbox()
        {
            if (IsDone(pod, seen)) return new() { End = true };
            if (!Initialise()) return Plan();
            foreach (var container in PodRules.Containers(pod)) Keep(container);
            return Plan();
        }

        // In a fresh sandbox initialisation begins anew: the init containers one by one, or all containers if there are none.
        IEnumerable<Container> FirstToStart() =>
            PodRules.InitContainers(pod) is { Count: > 0 } init ? [init[0]] : PodRules.Containers(pod);

        // Returns true when the app containers may run.
        bool Initialise()
        {
            var appsRan = PodRules.Containers(pod).Any(c => seen.Current(c.Name) is not null);
            foreach (var container in PodRules.InitContainers(pod))
            {
                var current = seen.Current(container.Name);
                if (PodRules.IsSidecar(container))
                {
                    Keep(container);
                    if (!appsRan && !PodRules.IsStarted(container, current, memory)) return false;
                    continue;
                }
                if (appsRan || current is { State: SeenState.Exited, ExitCode: 0 }) continue;
                if (current is { State: SeenState.Running }) KillIfDead(container, current);
                else if (current is not { State: SeenState.Exited } || PodRules.RestartPolicy(pod) != "Never") Consider(container, current ?? seen.Latest(container.Name));
                return false;
            }
            return true;
        }

        void Keep(Container container)
        {
            var current = seen.Current(container.Name);
            if (current is { State: SeenState.Running }) KillIfDead(container, current);
            else if (PodRules.ShouldRun(pod, container, current)) Consider(container, current ?? seen.Latest(container.Name));
        }

        void KillIfDead(Container container, SeenContainer running)
        {
            var verdict = memory.Verdict(running.Id);
            if (running.Hash.Length > 0 && running.Hash != ContainerHash.Of(container))
                kill.Add(new(running, $"Container {container.Name} definition changed, will be restarted", null));
            else if (verdict.StartupFailure is not null)
                kill.Add(new(running, $"Container {container.Name} failed startup probe, will be restarted", Grace(container.StartupProbe)));
            else if (verdict.LivenessFailure is not null)
                kill.Add(new(running, $"Container {container.Name} failed liveness probe, will be restarted", Grace(container.LivenessProbe)));
        }

        static TimeSpan? Grace(Probe? probe) =>
            probe?.TerminationGracePeriodSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

        // Starts the container now, or says why it has to wait.
        void Consider(Container container, SeenContainer? last)
        {
            var backoff = memory.Backoffs.GetValueOrDefault(container.Name);
            if (memory.NotBefore.TryGetValue(container.Name, out var notBefore) && notBefore > now)
            {
                LookAgainIn(notBefore - now);
                return;
            }
            var finished = last is { State: SeenState.Exited } ? last.FinishedAt ?? last.CreatedAt : (DateTimeOffset?)null;
            if (finished is { } end && RestartBackoff.Remaining(backoff, end, now) is { Ticks: > 0 } left)
            {
                waiting[container.Name] = new("CrashLoopBackOff",
                    $"back-off {PodRules.GoDuration(backoff!.Delay)} restarting failed container={container.Name} pod={PodRules.Title(pod)}");
                LookAgainIn(left);
                return;
            }
            var next = finished is { } at ? RestartBackoff.Next(backoff, at, now) : backoff;
            start.Add(new(container, last is null ? 0 : last.RestartCount + 1, next));
        }

        void LookAgainIn(TimeSpan time) => again = again is { } already && already < time ? already : time;

        PodPlan Plan() => new() { Start = start, Kill = kill, Waiting = waiting, Again = again };

        static TimeSpan? Deadline(Pod pod, DateTimeOffset now) =>
            pod.Spec?.ActiveDeadlineSeconds is { } seconds ? (pod.Status?.StartTime ?? now) + TimeSpan.FromSeconds(seconds) - now : null;
    }
}
