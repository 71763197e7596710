namespace Fairlead.EndToEnd.Clients;

/// <summary>Debian's python3-kubernetes, which nobody here wrote, finds what it expects. What is right stands in python/client.py.</summary>
[Collection(nameof(RunningCluster))]
public sealed class PythonClientTests(RunningCluster running)
{
    [Theory]
    [InlineData("lists")]
    [InlineData("watches")]
    [InlineData("discovers")]
    [InlineData("executes")]
    [InlineData("forwards")]
    public async Task The_client_of_Python_is_content(string scenario) => (await Run.ProgramAsync(
        "/usr/bin/python3", [Path.Combine(Run.Root, "tests/Fairlead.EndToEnd/Clients/python/client.py"), scenario],
        new Dictionary<string, string> { ["KUBECONFIG"] = running.Kubectl.Config }, null)).Ok();
}
