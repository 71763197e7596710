using Fairlead.Node.Images;

namespace Fairlead.Node.Tests;

/// <summary>Images that come from a registry: Debian's docker-registry on the loopback address.</summary>
[Collection(nameof(TestNode))]
public sealed class RegistryTests
{
    readonly TestNode node;

    public RegistryTests(TestNode node)
    {
        TestNode.SkipIfMissing();
        this.node = node;
    }

    [Fact]
    public async Task PullsFromARegistryAndSaysWhatIsMissing()
    {
        Assert.SkipUnless(File.Exists(DockerRegistry.Program), $"missing: {DockerRegistry.Program}, of the package docker-registry");
        var shared = node.MakeDirectory("registry");
        await using var registry = new DockerRegistry(shared);
        await registry.StartAsync();
        await registry.PushAsync("test:v1", layer => BuiltInImages.AddTestFiles(layer, "/bin/busybox", ["sh", "sleep", "echo"]));

        var (image, none) = ($"{registry.Name}/test:v1", $"{registry.Name}/test:none");
        await node.RunAsync("missing", "true", null, c => c with { Image = none });
        await node.RunAsync("pulled", "echo pulled > /shared/out; exec sleep 100000", shared, c => c with { Image = image, ImagePullPolicy = "Always" });
        var running = await node.UntilReadyAsync("pulled");
        Assert.Equal(image, running.Status!.ContainerStatuses![0].Image);
        Assert.StartsWith($"{registry.Name}/test@sha256:", running.Status.ContainerStatuses[0].ImageID);
        await node.UntilFileAsync(Path.Combine(shared, "out"), "pulled\n");
        await node.UntilEventAsync("pulled", "Pulling", $"Pulling image \"{image}\"");

        var refused = $"rpc error: code = NotFound desc = failed to pull and unpack image \"{none}\": failed to resolve reference \"{none}\": {none}: not found";
        await node.UntilEventAsync("missing", "Failed", $"Failed to pull image \"{none}\": {refused}");
        await node.UntilEventAsync("missing", "Failed", "Error: ErrImagePull");
        var waiting = await node.UntilAsync("missing", p => p.Status?.ContainerStatuses?[0].State?.Waiting?.Reason == "ImagePullBackOff");
        Assert.Equal($"Back-off pulling image \"{none}\": ErrImagePull: {refused}", waiting.Status!.ContainerStatuses![0].State!.Waiting!.Message);
        await node.UntilEventAsync("missing", "BackOff", $"Back-off pulling image \"{none}\"");

        await node.RemoveAsync("missing");
        await node.RemoveAsync("pulled");
    }
}
