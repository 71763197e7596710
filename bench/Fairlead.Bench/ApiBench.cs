namespace Fairlead.Bench;

/// <summary>Single requests: create, get, list, update by strategic merge patch and by server-side apply.</summary>
sealed class ApiBench(ServerProcess server, TimeSpan time)
{
    const string Json = "application/json", Strategic = "application/strategic-merge-patch+json", Apply = "application/apply-patch+yaml";
    const string ConfigMaps = "/api/v1/namespaces/default/configmaps", Listed = "/api/v1/namespaces/bench-list/configmaps";
    const string Deployments = "/apis/apps/v1/namespaces/default/deployments";

    /// <summary>The server's hot code is compiled for the second time while it runs: a third of its processor time in the first seconds.</summary>
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    int created;

    /// <param name="only">Cases to run; none for all.</param>
    public async Task RunAsync(string[] only)
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => RawClient.ConnectAsync(server)));
        await PrepareAsync(clients[0]);
        Console.WriteLine(LoadResult.Heading);
        var gets = Enumerable.Range(0, 1000).Select(i => RawClient.Request("GET", $"{Listed}/c{i}")).ToArray();
        var list = RawClient.Request("GET", Listed);
        var cases = new (string Name, int Code, Func<int, int, ReadOnlyMemory<byte>> Next)[]
        {
            ("create ConfigMap", 201, (_, _) => Create()),
            ("get ConfigMap", 200, (i, n) => gets[(i * 31 + n) % gets.Length]),
            ("list of 1,000", 200, (_, _) => list),
            ("patch Deployment", 200, (i, n) => RawClient.Request("PATCH", $"{Deployments}/d{i}", Strategic, Bodies.DeploymentPatch(n))),
            ("apply Deployment", 200, (i, n) => RawClient.Request("PATCH", $"{Deployments}/d{i}?fieldManager=bench&force=true", Apply, Bodies.Deployment($"d{i}", n))),
        };
        foreach (var (name, code, next) in cases.Where(c => only.Length == 0 || only.Any(o => c.Name.StartsWith(o, StringComparison.Ordinal))))
        {
            await LoadRun.RunAsync(name, server, clients[..16], WarmUp, code, next);
            foreach (var count in (int[])[1, 16, 64]) Console.WriteLine(await LoadRun.RunAsync(name, server, clients[..count], time, code, next));
        }
        Console.WriteLine($"\nserver resident {server.ResidentBytes >> 20} MB, {created} objects created");
    }

    byte[] Create() => RawClient.Request("POST", ConfigMaps, Json, Bodies.ConfigMap($"c{Interlocked.Increment(ref created)}"));

    async Task PrepareAsync(RawClient client)
    {
        await client.MustAsync("/api/v1/namespaces", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"bench-list"}}""");
        for (var i = 0; i < 1000; i++) await client.MustAsync(Listed, Bodies.ConfigMap($"c{i}"));
        for (var i = 0; i < 64; i++) await client.MustAsync(Deployments, Bodies.Deployment($"d{i}"));
    }
}
