namespace Fairlead.EndToEnd.Machines;

/// <summary>A host in the network of a cluster's nodes that is none of them: a network namespace on their bridge, which goes to Services through one node.</summary>
sealed class OutsideClient : IAsyncDisposable
{
    readonly string name;

    readonly string link;

    OutsideClient(string name, string link) => (this.name, this.link) = (name, link);

    /// <param name="number">Its host number.</param>
    /// <param name="gateway">Host number of the node.</param>
    public static async Task<OutsideClient> CreateAsync(Cluster cluster, int number, int gateway)
    {
        var client = new OutsideClient($"{cluster.Name}-client{number}", $"{cluster.Name}_c{number}");
        var (name, link) = (client.name, client.link);
        await client.DisposeAsync();
        (await Run.ProgramAsync("sh", ["-ec", $"""
            ip netns add {name}
            ip link add {link} type veth peer name eth0 netns {name}
            ip link set {link} master {cluster.Name} up
            ip -n {name} address add {cluster.AddressOf(number)}/24 dev eth0
            ip -n {name} link set eth0 up
            ip -n {name} route add {cluster.ServiceRange} via {cluster.AddressOf(gateway)}
            """], null, null)).Ok();
        return client;
    }

    /// <summary>Fairlead.Load there.</summary>
    public Task<LoadProcess> LoadAsync(params string[] arguments) => LoadProcess.StartInNamespaceAsync(name, arguments);

    public async ValueTask DisposeAsync() => await Run.ProgramAsync("sh", ["-c", $"ip link delete {link}; ip netns delete {name}"], null, null);
}
