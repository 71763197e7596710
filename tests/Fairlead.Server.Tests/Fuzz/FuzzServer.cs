using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Fairlead.Tests;
using Microsoft.Extensions.Logging;

namespace Fairlead.Server.Tests.Fuzz;

/// <summary>A server of its own for requests made at random, and what is to hold of each answer.</summary>
public sealed class FuzzServer : IAsyncLifetime, ILogger
{
    /// <summary>Longest wait for an answer: far more than any takes, on a machine that does much else.</summary>
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    /// <summary>Most bytes that the process may allocate for one request.</summary>
    const long MaxAllocated = 512L << 20;

    readonly ConcurrentQueue<string> faults = new();
    readonly TestServer server;
    HttpClient http = null!;

    public FuzzServer() => server = new TestServer { Log = this };

    public TestServer Server => server;

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        http = server.Client();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestServer.AdminToken);
        http.Timeout = Timeout.InfiniteTimeSpan;
        foreach (var (path, body) in FuzzSeeds.Objects)
        {
            var made = await server.PostAsync(path, body);
            Assert.True(made.Code == 201, $"{path}: {made.Text}");
        }
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return server.DisposeAsync();
    }

    /// <summary>Sends what the seed makes, round after round, until the time is over.</summary>
    public async Task RunAsync(int seed, Func<Random, FuzzRequest> make)
    {
        var clock = Stopwatch.StartNew();
        var refused = 0;
        var round = 0;
        for (; clock.Elapsed < FuzzTime.Each; round++)
        {
            // A round can be had again without those before it.
            var request = make(new Random(unchecked(FuzzTime.Start + seed * 1_000_003 + round)));
            var code = await SendAsync($"FUZZ_SEED={FuzzTime.Start + round}, seed {seed}, round {round}", request);
            if (code is >= 400) refused++;
            if (round % 500 == 499) await SweepAsync();
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{round} requests, {refused} of them refused, in {clock.Elapsed.TotalSeconds:f0} s");
        Assert.True(round > 20, $"only {round} rounds in {clock.Elapsed}");
        Assert.True(refused > 0 && refused < round, $"{refused} of {round} were refused: what is sent is too tame or too wild to find anything");
    }

    async Task<int> SendAsync(string which, FuzzRequest fuzz)
    {
        using var request = fuzz.Make(server.Address);
        using var bound = new CancellationTokenSource(Bound);
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bound.Token);
            var code = (int)response.StatusCode;
            // A watch ends with its time, which may be an hour.
            var text = fuzz.IsWatch && code == 200 ? "" : await response.Content.ReadAsStringAsync(bound.Token);
            if (faults.TryDequeue(out var fault)) Assert.Fail($"{which}: {code}: {fault}\n{fuzz}");
            Assert.True(code != 500 || text.Contains("more than one PodDisruptionBudget", StringComparison.Ordinal), $"{which}: {text}\n{fuzz}");
            if (code >= 400 && fuzz.Method != "HEAD" && response.Content.Headers.ContentType?.MediaType == "application/json") Assert.Contains("\"kind\":\"Status\"", text, StringComparison.Ordinal);
            var allocated = GC.GetTotalAllocatedBytes() - before;
            Assert.True(allocated < MaxAllocated, $"{which}: {allocated >> 20} MiB\n{fuzz}");
            return code;
        }
        catch (OperationCanceledException) when (fuzz.IsWatch) { return 200; } // nothing happened that it would have shown
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException) { throw new InvalidOperationException($"{which}: {e.Message}\n{fuzz}", e); }
    }

    /// <summary>Takes away what was made, so that memory says something of single requests.</summary>
    async Task SweepAsync()
    {
        foreach (var path in FuzzSeeds.Objects.Select(o => o.Path).Distinct())
            await server.DeleteAsync($"{path}?labelSelector=" + Uri.EscapeDataString("!keep"), """{"gracePeriodSeconds":0}""");
    }

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error) faults.Enqueue($"{formatter(state, exception)}\n{exception}");
    }

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;
}

/// <summary>One request as it goes out; its text is what reproduces it.</summary>
public sealed record FuzzRequest(string Method, string PathAndQuery, byte[]? Body = null, string ContentType = "")
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public bool IsWatch => PathAndQuery.Contains("watch", StringComparison.OrdinalIgnoreCase);

    public HttpRequestMessage Make(Uri server)
    {
        var uri = new Uri(server.ToString().TrimEnd('/') + PathAndQuery, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(Method), uri) { Version = HttpVersion.Version11 };
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            if (ContentType.Length > 0) request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }
        foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    public override string ToString() =>
        $"{Method} {PathAndQuery}\n{string.Join('\n', Headers)}\n{ContentType}\n{(Body is null ? "" : Convert.ToBase64String(Body) + "\n" + Encoding.UTF8.GetString(Body))}";
}
