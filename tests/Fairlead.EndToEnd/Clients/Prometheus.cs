using System.Diagnostics;
using System.Net.Http;
using System.Text.Json.Nodes;
using Fairlead.Tests;

namespace Fairlead.EndToEnd.Clients;

/// <summary>Debian's prometheus with one configuration, as long as a test needs it.</summary>
sealed class Prometheus : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string folder;
    readonly Process process;
    readonly Task<string> said;
    readonly HttpClient http;

    Prometheus(string program, string folder)
    {
        this.folder = folder;
        var address = $"127.0.0.1:{FreePort.Next()}";
        process = Run.Start(program, [$"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={address}", "--log.level=warn"], null);
        said = process.StandardError.ReadToEndAsync();
        http = new HttpClient { BaseAddress = new($"http://{address}/api/v1/") };
    }

    /// <param name="configuration">Of prometheus; its relative names are those of the files.</param>
    /// <param name="files">Name and content.</param>
    public static async Task<Prometheus> StartAsync(string configuration, params (string Name, string Content)[] files)
    {
        var program = (await Run.ProgramAsync(Path.Combine(Run.Root, "tests/Fairlead.EndToEnd/Clients/prometheus"), [], null, null)).Ok().Trim();
        var folder = Directory.CreateTempSubdirectory("fairlead-prometheus-").FullName;
        foreach (var (name, content) in files.Append(("prometheus.yml", configuration))) await File.WriteAllTextAsync(Path.Combine(folder, name), content);
        return new(program, folder);
    }

    /// <summary>Waits until the query gives so many series.</summary>
    public Task HasAsync(string query, Func<int, bool> enough) =>
        UntilAsync(query, answer => answer["result"]!.AsArray().Count, enough, $"query?query={Uri.EscapeDataString(query)}");

    /// <summary>Waits until the job knows so many targets whose labels have these values.</summary>
    public Task FindsAsync(int count, string job, params (string Label, string Value)[] labels) =>
        UntilAsync($"{count} of {job} with {string.Join(", ", labels)}",
            answer => answer["activeTargets"]!.AsArray().Select(t => t!["discoveredLabels"]!)
                .Count(t => (string?)t["job"] == job && labels.All(l => (string?)t[$"__meta_kubernetes_{l.Label}"] == l.Value)),
            found => found == count, "targets?state=active");

    async Task UntilAsync(string what, Func<JsonNode, int> count, Func<int, bool> enough, string path)
    {
        var last = "no answer";
        try
        {
            await Run.UntilAsync(what, Patience, async () =>
            {
                try
                {
                    var answer = JsonNode.Parse(await http.GetStringAsync(path))!["data"]!;
                    last = answer.ToJsonString();
                    return enough(count(answer)) ? "" : null;
                }
                catch (HttpRequestException) { return null; } // it has not begun to listen
            });
        }
        finally { TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {last}"); }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        TestContext.Current.TestOutputHelper?.WriteLine(await said);
        process.Dispose();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
