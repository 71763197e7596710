using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Controllers.Tests.Cluster;

public class PodGarbageTests
{
    [Fact]
    public async Task The_oldest_ended_Pods_beyond_the_threshold_go()
    {
        await using var running = new RunningControllers { Options = new() { TerminatedPodGcThreshold = 2 } };
        await running.InitializeAsync();
        var ns = await running.Api.NamespaceAsync("ended");
        foreach (var name in (string[])["a", "b", "c", "d", "e"])
        {
            var pod = await running.Api.Client.CreateAsync(new Pod { Metadata = new ObjectMeta { Name = name, Namespace = ns }, Spec = Given.Template("web:1").Spec }, default);
            if (name != "a") await running.Api.Client.UpdateStatusAsync(pod with { Status = new PodStatus { Phase = name == "b" ? "Failed" : "Succeeded" } }, default);
        }
        await running.Api.UntilAsync<Pod>(ns, all => string.Join(' ', all.Select(p => p.Metadata.Name).Order()) == "a d e");
    }
}
