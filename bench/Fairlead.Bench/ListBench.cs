namespace Fairlead.Bench;

/// <summary>One client lists 10,000 Pods of 3 KB, whole, as JSON and as the table that kubectl asks for.</summary>
sealed class ListBench(ServerProcess server, int pods)
{
    const string Namespace = "bench-pods", Path = $"/api/v1/namespaces/{Namespace}/pods";
    const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const int Times = 15;

    public async Task RunAsync()
    {
        var size = await FillAsync();
        // The burst of creates is not what is measured.
        await Task.Delay(TimeSpan.FromSeconds(8));
        Console.WriteLine($"{pods:N0} Pods of {size:N0} bytes as stored\n");
        Console.WriteLine("| list | MB | p50 ms | best ms | server CPU ms | resident before MB | peak MB |\n| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (name, accept, query) in ((string, string, string)[])[("JSON", "application/json", ""), ("table", Table, ""), ("JSON, label selector that fits all", "application/json", "?labelSelector=app%3Dbench"), ("JSON, in parts of 500", "application/json", "parts")])
        {
            using var client = await RawClient.ConnectAsync(server);
            Console.WriteLine(query == "parts" ? await PartsAsync(client, name) : await WholeAsync(client, name, RawClient.Request("GET", Path + query, accept: accept)));
        }
    }

    async Task<int> FillAsync()
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => RawClient.ConnectAsync(server)));
        await clients[0].MustAsync("/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{Namespace}}}"}}""");
        await clients[0].MustAsync($"/api/v1/namespaces/{Namespace}/serviceaccounts", """{"metadata":{"name":"default"}}""");
        await Task.WhenAll(clients.Select((c, i) => Task.Run(async () =>
        {
            for (var n = i; n < pods; n += clients.Length) await c.MustAsync(Path, Bodies.Pod($"pod-{n:D5}"));
        })));
        await clients[0].SendAsync(RawClient.Request("GET", Path + "/pod-00000"), keepBody: true);
        var size = clients[0].LastBody.Length;
        foreach (var client in clients) client.Dispose();
        return size;
    }

    Task<string> WholeAsync(RawClient client, string name, byte[] request) => MeasureAsync(name, async () =>
    {
        if (await client.SendAsync(request) != 200) throw new InvalidOperationException("a list failed");
        return client.LastLength;
    });

    Task<string> PartsAsync(RawClient client, string name) => MeasureAsync(name, async () =>
    {
        var (length, token) = (0L, "");
        do
        {
            await client.SendAsync(RawClient.Request("GET", $"{Path}?limit=500{(token.Length > 0 ? "&continue=" + Uri.EscapeDataString(token) : "")}"), keepBody: true);
            length += client.LastLength;
            token = TokenOf(client.LastBody);
        }
        while (token.Length > 0);
        return length;
    });

    async Task<string> MeasureAsync(string name, Func<Task<long>> list)
    {
        await list();
        var before = server.ResidentBytes;
        server.ResetPeak();
        var (cpu, ticks, length) = (server.ProcessorTime, new List<long>(), 0L);
        for (var i = 0; i < Times; i++)
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            length = await list();
            ticks.Add(System.Diagnostics.Stopwatch.GetTimestamp() - began);
        }
        var sorted = ticks.Order().ToArray();
        var spent = (server.ProcessorTime - cpu).TotalMilliseconds / Times;
        return FormattableString.Invariant($"| {name} | {length / 1e6:F1} | {LoadRun.At(sorted, 0.5):F0} | {LoadRun.At(sorted, 0):F0} | {spent:F0} | {before >> 20} | {server.PeakBytes >> 20} |");
    }

    static string TokenOf(string body)
    {
        const string mark = "\"continue\":\"";
        var at = body.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? "" : body[(at + mark.Length)..body.IndexOf('"', at + mark.Length)];
    }
}
