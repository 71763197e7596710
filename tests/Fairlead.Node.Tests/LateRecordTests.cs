namespace Fairlead.Node.Tests;

/// <summary>A runtime that tells of a container's end seconds before its record has it, as on a loaded machine.</summary>
public sealed class LateRecordTests : IAsyncLifetime
{
    readonly TestNode node = new() { Own = ("late", 80), CleanUpTakes = TimeSpan.FromSeconds(3) };

    public async ValueTask InitializeAsync()
    {
        TestNode.SkipIfMissing();
        await node.InitializeAsync();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    /// <summary>Not at the next look at everything, which is half a minute later.</summary>
    [Fact]
    public async Task AContainerIsStartedAgainAsSoonAsTheRuntimeHasItsEnd()
    {
        await node.RunAsync("late", "[ -e /shared/once ] && exec sleep 100000; touch /shared/once; sleep 1; exit 3", node.MakeDirectory("late"));
        var again = await node.UntilAsync("late", p => p.Status?.ContainerStatuses is [{ RestartCount: 1, State.Running: not null }]);
        var status = again.Status!.ContainerStatuses![0];
        Assert.Equal(3, status.LastState!.Terminated!.ExitCode);
        var late = status.State!.Running!.StartedAt - status.LastState.Terminated.FinishedAt;
        Assert.True(late > TimeSpan.FromSeconds(3), $"{late}: the record was not late");
        Assert.True(late < TimeSpan.FromSeconds(15), $"{late}: the record was looked at too late");
    }
}
