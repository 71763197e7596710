using Fairlead.Api.Apps.V1;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;
using Fairlead.Client.Events;
using Fairlead.Controllers.ReplicaSets;

namespace Fairlead.Controllers.Tests.ReplicaSets;

/// <summary>The controller by hand, at a clock that moves whenever it is read.</summary>
public class AvailabilityTests
{
    [Fact]
    public async Task A_ready_Pod_is_counted_or_waited_for_however_slow_the_controller_is()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var stop = new CancellationTokenSource();
        var clock = new StridingClock(TimeSpan.FromHours(1));
        var informers = new InformerSet(api.Client);
        var controller = new ReplicaSetController(new(api.Client, informers, new(), clock, new EventRecorder(api.Client, TimeProvider.System), _ => { }));
        var informing = informers.RunAsync(stop.Token);
        var ns = await api.NamespaceAsync("available");
        var web = new ObjectKey(ns, "web");
        await api.Client.CreateAsync(new ReplicaSet
        {
            Metadata = new ObjectMeta { Name = web.Name, Namespace = ns },
            Spec = new() { Replicas = 1, MinReadySeconds = (int)TimeSpan.FromHours(9.5).TotalSeconds, Selector = new() { MatchLabels = Given.Template("").Metadata!.Labels }, Template = Given.Template("web:1") },
        }, default);
        await informers.Of<ReplicaSet>().UntilAsync(web, s => s is not null, ControllerContext.OwnWrites, default);
        await controller.ReconcileAsync(web, default);
        var pod = Assert.Single((await api.Client.ListAsync<Pod>(ns, ListOptions.All, default)).Items);
        var ready = new PodCondition { Type = "Ready", Status = "True", LastTransitionTime = clock.Now };
        await informers.Of<Pod>().SeenAsync(await api.Client.UpdateStatusAsync(pod with { Status = new() { Phase = "Running", Conditions = [ready] } }, default), ControllerContext.OwnWrites, default);
        int? available = null;
        for (var i = 0; i < 12 && available is null; i++)
        {
            var again = await controller.ReconcileAsync(web, default);
            var status = (await api.Client.GetAsync<ReplicaSet>(ns, web.Name, default)).Status!;
            Assert.Equal(1, status.ReadyReplicas);
            available = status.AvailableReplicas;
            Assert.Equal(available is null, again > TimeSpan.Zero);
        }
        Assert.Equal(1, available);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => informing);
    }

    sealed class StridingClock(TimeSpan stride) : TimeProvider
    {
        public DateTimeOffset Now { get; private set; } = Given.Noon;

        public override DateTimeOffset GetUtcNow() => Now += stride;
    }
}
