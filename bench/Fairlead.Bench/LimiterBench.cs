using System.Diagnostics;
using Fairlead.Server.Security;

namespace Fairlead.Bench;

/// <summary>
/// What priority and fairness costs a request, and what it keeps: reads and writes of a user with and without it (limits of
/// 0 and 0 switch it off), and the renewal of a lease while 500 clients ask for more than the server can do.
/// </summary>
sealed class LimiterBench(TimeSpan time)
{
    const string Json = "application/json", ConfigMaps = "/api/v1/namespaces/bench-list/configmaps";
    const string Leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases", Lease = Leases + "/kube-controller-manager";
    const int Crowd = 500;

    // system:masters is exempt, so the crowd is a user like others; leases have a schema of their own for this one.
    static readonly CertificateRequestSpec User = new("bench", "bench", null, CertificateUse.Client);

    public async Task RunAsync()
    {
        Console.WriteLine(LoadResult.Heading);
        foreach (var limited in (bool[])[true, false])
        {
            await using var server = await ServerProcess.StartAsync(limited: limited);
            await PrepareAsync(server);
            await SingleAsync(server, limited ? "with" : "without");
        }
        Console.WriteLine($"\n| leases beside {Crowd} clients that list | renewals per second | p50 ms | p99 ms | lists per second | refused per second |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var limited in (bool[])[true, false])
        {
            await using var server = await ServerProcess.StartAsync(limited: limited);
            await PrepareAsync(server);
            Console.WriteLine(await OverloadAsync(server, limited ? "with" : "without"));
        }
    }

    async Task SingleAsync(ServerProcess server, string how)
    {
        using var certificate = server.Issue(User);
        var clients = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => RawClient.ConnectAsync(server, certificate)));
        var get = RawClient.Request("GET", ConfigMaps + "/c0");
        var created = 0;
        var cases = new (string Name, int Code, Func<int, int, ReadOnlyMemory<byte>> Next)[]
        {
            ($"get ConfigMap, {how}", 200, (_, _) => get),
            ($"create ConfigMap, {how}", 201, (_, _) => RawClient.Request("POST", "/api/v1/namespaces/default/configmaps", Json, Bodies.ConfigMap($"c{Interlocked.Increment(ref created)}"))),
        };
        foreach (var (name, code, next) in cases)
        {
            // Warm: the server's hot code is compiled for the second time while it runs.
            await LoadRun.RunAsync(name, server, clients[..16], time, code, next);
            foreach (var count in (int[])[1, 16, 64]) Console.WriteLine(await LoadRun.RunAsync(name, server, clients[..count], time, code, next));
        }
        foreach (var client in clients) client.Dispose();
    }

    async Task<string> OverloadAsync(ServerProcess server, string how)
    {
        using var certificate = server.Issue(User);
        using var controllers = server.Issue(CertificateRequestSpec.ControllerManager);
        using var leader = await RawClient.ConnectAsync(server, controllers);
        await leader.MustAsync(Leases, """{"metadata":{"name":"kube-controller-manager"},"spec":{"holderIdentity":"bench"}}""");
        var crowd = new List<RawClient>();
        for (var i = 0; i < Crowd; i++) crowd.Add(await RawClient.ConnectAsync(server, certificate));
        var list = RawClient.Request("GET", ConfigMaps);
        var (listed, refused, began) = (0, 0, Stopwatch.GetTimestamp());
        var loops = crowd.Select(client => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(began) < 5 * time)
            {
                var code = await client.SendAsync(list);
                if (code == 200) Interlocked.Increment(ref listed);
                else if (code == 429) Interlocked.Increment(ref refused);
                else throw new InvalidOperationException($"a list was answered with {code}");
            }
        })).ToArray();
        var ticks = new List<long>();
        while (Stopwatch.GetElapsedTime(began) < 5 * time) ticks.Add(await RenewAsync(leader));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await Task.WhenAll(loops);
        foreach (var client in crowd) client.Dispose();
        var sorted = ticks.Order().ToArray();
        return FormattableString.Invariant($"| {how} | {ticks.Count / seconds:N0} | {LoadRun.At(sorted, 0.5):F1} | {LoadRun.At(sorted, 0.99):F1} | {listed / seconds:N0} | {refused / seconds:N0} |");
    }

    /// <summary>As a leader does: reads its lease and writes it back.</summary>
    static async Task<long> RenewAsync(RawClient leader)
    {
        var began = Stopwatch.GetTimestamp();
        var code = await leader.SendAsync(RawClient.Request("GET", Lease), keepBody: true);
        if (code == 200) code = await leader.SendAsync(RawClient.Request("PUT", Lease, Json, leader.LastBody), keepBody: true);
        return code == 200 ? Stopwatch.GetTimestamp() - began : throw new InvalidOperationException($"a lease was not renewed: {code} {leader.LastBody}");
    }

    static async Task PrepareAsync(ServerProcess server)
    {
        using var admin = await RawClient.ConnectAsync(server);
        await admin.MustAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
            {"metadata":{"name":"bench"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},
            "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"bench"},{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"system:kube-controller-manager"}]}
            """);
        await admin.MustAsync("/api/v1/namespaces", """{"metadata":{"name":"bench-list"}}""");
        for (var i = 0; i < 1000; i++) await admin.MustAsync(ConfigMaps, Bodies.ConfigMap($"c{i}"));
    }
}
