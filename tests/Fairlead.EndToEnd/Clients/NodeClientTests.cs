namespace Fairlead.EndToEnd.Clients;

/// <summary>The client of npm, installed once for its tests.</summary>
public sealed class NodeClient : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("fairlead-node-client-").FullName;

    public async ValueTask InitializeAsync()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Run.Root, "tests/Fairlead.EndToEnd/Clients/node"))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        (await Run.ProgramAsync("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"], null, null)).Ok();
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return default;
    }

    internal Task<Finished> RunAsync(string scenario, string kubeconfig) => Run.ProgramAsync(
        "node", [Path.Combine(folder, "client.mjs"), scenario], new Dictionary<string, string> { ["KUBECONFIG"] = kubeconfig }, null);
}

/// <summary>@kubernetes/client-node, which nobody here wrote, finds what it expects. What is right stands in node/client.mjs.</summary>
[Collection(nameof(RunningCluster))]
public sealed class NodeClientTests(RunningCluster running, NodeClient client) : IClassFixture<NodeClient>
{
    [Theory]
    [InlineData("lists")]
    [InlineData("refusals")]
    [InlineData("informer")]
    [InlineData("patches")]
    [InlineData("exec")]
    [InlineData("logs")]
    [InlineData("portForward")]
    [InlineData("customObjects")]
    public async Task The_client_of_npm_is_content(string scenario) => (await client.RunAsync(scenario, running.Kubectl.Config)).Ok();
}
