using Fairlead.Api.Core.V1;
using Fairlead.Node.Pods;

namespace Fairlead.Node.Tests;

public class PodActionsTests
{
    static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly SeenSandbox Sandbox = new("s", 0, true, Now, ["10.0.0.1"]);

    // A row: what is seen (name:state[:exit][@secondsAgo]), the restart policy, and the plan in short form.
    public static readonly TheoryData<string, string, string, string> Rows = new()
    {
        { "nothing yet: a sandbox and the app", "-", "Always", "sandbox:0 start:app#0" },
        { "sandbox ready: the app", "", "Always", "start:app#0" },
        { "running: nothing", "app:running", "Always", "" },
        { "a dead sandbox: a new one, the app again", "!app:exited:137@60", "Always", "stop:s sandbox:1 start:app#1" },
        { "ended well, Always: again", "app:exited:0@60", "Always", "start:app#1" },
        { "ended well, OnFailure: the Pod is done", "app:exited:0@60", "OnFailure", "end" },
        { "failed, OnFailure: again", "app:exited:1@60", "OnFailure", "start:app#1" },
        { "failed, Never: the Pod is done", "app:exited:1@60", "Never", "end" },
        { "created and never started: made anew", "app:created", "Always", "start:app#1" },
        { "all done and its sandbox gone: no new sandbox", "!app:exited:0@60", "Never", "end" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Decides(string name, string seen, string restart, string plan) =>
        Assert.Equal((name, plan), (name, Short(PodActions.Compute(PodOf(restart), See(seen), PodMemory.Empty, Now))));

    public static readonly TheoryData<string, string, string> InitRows = new()
    {
        { "the first init container begins", "-", "sandbox:0 start:first#0" },
        { "the next waits for it", "first:running", "" },
        { "then the sidecar", "first:exited:0@5", "start:side#0" },
        { "and the app beside it", "first:exited:0@5 side:running", "start:app#0" },
        { "a failed one is tried again", "first:exited:1@60", "start:first#1" },
        { "an app that ran needs no init again", "side:running app:exited:1@60", "start:app#1" },
        { "a sidecar that ended comes back", "first:exited:0@5 side:exited:0@60 app:running", "start:side#1" },
    };

    [Theory]
    [MemberData(nameof(InitRows))]
    public void RunsInitContainersInOrder(string name, string seen, string plan)
    {
        var pod = PodOf("Always");
        pod = pod with { Spec = pod.Spec! with { InitContainers = [new() { Name = "first", Image = "i" }, new() { Name = "side", Image = "i", RestartPolicy = "Always" }] } };
        Assert.Equal((name, plan), (name, Short(PodActions.Compute(pod, See(seen), PodMemory.Empty, Now))));
    }

    [Fact]
    public void WaitsForTheBackOffAndSaysSo()
    {
        var memory = new PodMemory { Backoffs = new Dictionary<string, RestartBackoff> { ["app"] = new(TimeSpan.FromSeconds(20), Now.AddSeconds(-30)) } };
        var plan = PodActions.Compute(PodOf("Always"), See("app:exited:1@5"), memory, Now);
        Assert.Empty(plan.Start);
        Assert.Equal(TimeSpan.FromSeconds(15), plan.Again);
        Assert.Equal(new Waiting("CrashLoopBackOff", "back-off 20s restarting failed container=app pod=p_ns(u)"), plan.Waiting["app"]);
    }

    [Fact]
    public void DoublesTheBackOffToFiveMinutesAndForgetsItAfterTen()
    {
        RestartBackoff? backoff = null;
        var pauses = new List<double>();
        for (var i = 0; i < 7; i++) pauses.Add((backoff = RestartBackoff.Next(backoff, Now, Now)).Delay.TotalSeconds);
        Assert.Equal([10, 20, 40, 80, 160, 300, 300], pauses);
        Assert.Equal(10, RestartBackoff.Next(backoff, Now.AddMinutes(11), Now.AddMinutes(11)).Delay.TotalSeconds);
    }

    [Fact]
    public void KillsWhatFailedItsLivenessProbe()
    {
        var memory = new PodMemory { Probes = new Dictionary<string, ProbeVerdict> { ["c-app"] = new(null, null, "down", null) } };
        var plan = PodActions.Compute(PodOf("Always"), See("app:running"), memory, Now);
        Assert.Equal("Container app failed liveness probe, will be restarted", Assert.Single(plan.Kill).Message);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("Failed")]
    [InlineData("deadline")]
    public void EndsThePod(string why)
    {
        var pod = PodOf("Always");
        pod = why switch
        {
            "deleted" => pod with { Metadata = pod.Metadata with { DeletionTimestamp = Now } },
            "deadline" => pod with { Spec = pod.Spec! with { ActiveDeadlineSeconds = 5 }, Status = new() { StartTime = Now.AddSeconds(-6) } },
            _ => pod with { Status = new() { Phase = why } },
        };
        Assert.True(PodActions.Compute(pod, See("app:running"), PodMemory.Empty, Now).End);
    }

    static Pod PodOf(string restart) => new()
    {
        Metadata = new() { Name = "p", Namespace = "ns", Uid = "u" },
        Spec = new() { RestartPolicy = restart, Containers = [new() { Name = "app", Image = "i" }] },
    };

    static PodObservation See(string text)
    {
        if (text == "-") return PodObservation.Nothing;
        var dead = text.StartsWith('!');
        var containers = text.TrimStart('!').Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Container).ToList();
        return new([Sandbox with { Ready = !dead }], containers);
    }

    static SeenContainer Container(string text)
    {
        var (what, ago) = text.Split('@') is [var w, var a] ? (w, int.Parse(a)) : (text, 0);
        var parts = what.Split(':');
        return new()
        {
            Id = "c-" + parts[0], Name = parts[0], SandboxId = "s", State = Enum.Parse<SeenState>(parts[1], true),
            ExitCode = parts.Length > 2 ? int.Parse(parts[2]) : 0, FinishedAt = Now.AddSeconds(-ago), StartedAt = Now.AddSeconds(-ago - 1),
        };
    }

    static string Short(PodPlan plan)
    {
        if (plan.End) return "end";
        List<string> words = [];
        if (plan.StopSandbox is { } stop) words.Add($"stop:{stop}");
        if (plan.CreateSandbox is { } attempt) words.Add($"sandbox:{attempt}");
        words.AddRange(plan.Kill.Select(k => $"kill:{k.Container.Name}"));
        words.AddRange(plan.Start.Select(s => $"start:{s.Container.Name}#{s.RestartCount}"));
        return string.Join(' ', words);
    }
}
