namespace Fairlead.EndToEnd;

/// <summary>
/// A cluster of its own, beside whatever else runs on the machine: other name, other addresses, other port.
/// </summary>
sealed class Cluster(string name, int number)
{
    public string Name => name;

    /// <summary>kubectl as a user would find it; each test may ask for another one.</summary>
    public Kubectl Kubectl { get; private set; } = null!;

    /// <summary>An address of the network in which the nodes are; the machine itself has the first.</summary>
    public string AddressOf(int host) => $"10.{80 + number}.0.{host}";

    /// <summary>Where Pods have their addresses.</summary>
    public string PodRange => $"10.{180 + number}.0.0/16";

    public string ServiceRange => $"10.{200 + number}.0.0/16";

    string[] Shape =>
    [
        "--name", name, "--node-cidr", AddressOf(0) + "/24", "--cluster-cidr", PodRange,
        "--service-cidr", ServiceRange, "--api-port", $"{7440 + number}",
    ];

    /// <param name="options">Of fairlead up, beside the cluster's shape.</param>
    public async Task<string> UpAsync(int nodes, params string[] options)
    {
        var said = (await Run.FairleadAsync(["up", "--nodes", $"{nodes}", .. Shape, .. options])).Ok();
        Kubectl = Kubectl.Newest((await Run.FairleadAsync("kubeconfig", "--name", name)).Ok().Trim());
        return said;
    }

    public Task<Finished> StatusAsync() => Run.FairleadAsync("status", "--name", name, "-o", "json");

    public async Task<string> DownAsync() => (await Run.FairleadAsync("down", "--name", name)).Ok();
}
