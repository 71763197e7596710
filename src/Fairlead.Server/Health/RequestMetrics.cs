using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Fairlead.Server.Listen;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Health;

/// <summary>/metrics in the Prometheus text format, with upstream's names. Counting is lock-free.</summary>
public sealed class RequestMetrics : IDocument
{
    readonly record struct Series(string Verb, string Group, string Version, string Resource, string Subresource, string Scope);

    sealed class Timing
    {
        public static readonly double[] Bounds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
        public readonly long[] Buckets = new long[Bounds.Length + 1];
        public long Microseconds;
    }

    sealed class Count { public long Value; }

    readonly ConcurrentDictionary<(Series Series, int Code), Count> totals = new();
    readonly ConcurrentDictionary<Series, Timing> durations = new();
    readonly ConcurrentDictionary<Series, Count> longRunning = new();

    /// <summary>One request was answered (a stream: was accepted).</summary>
    public void Answered(RequestTarget? target, string method, ApiAnswer answer, TimeSpan took)
    {
        if (target?.Definition is null) return;
        var series = Of(target);
        Interlocked.Increment(ref totals.GetOrAdd((series, answer.Code), static _ => new Count()).Value);
        if (answer.LongRunning) return;
        var timing = durations.GetOrAdd(series, static _ => new Timing());
        var seconds = took.TotalSeconds;
        var at = 0;
        while (at < Timing.Bounds.Length && seconds > Timing.Bounds[at]) at++;
        Interlocked.Increment(ref timing.Buckets[at]);
        Interlocked.Add(ref timing.Microseconds, (long)took.TotalMicroseconds);
    }

    public bool Answers(string path) => path == "/metrics";

    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        text.Append("# HELP apiserver_request_total Requests answered, by verb, resource and code.\n# TYPE apiserver_request_total counter\n");
        foreach (var ((series, code), count) in totals)
        {
            text.Append(CultureInfo.InvariantCulture, $"apiserver_request_total{{code=\"{code}\",{Labels(series)}}} {Interlocked.Read(ref count.Value)}\n");
        }
        text.Append("# HELP apiserver_request_duration_seconds Time from request to answer.\n# TYPE apiserver_request_duration_seconds histogram\n");
        foreach (var (series, timing) in durations) Histogram(text, Labels(series), timing);
        text.Append("# HELP apiserver_longrunning_requests Watches and streams that are open.\n# TYPE apiserver_longrunning_requests gauge\n");
        foreach (var (series, count) in longRunning)
        {
            text.Append(CultureInfo.InvariantCulture, $"apiserver_longrunning_requests{{{Labels(series)}}} {Interlocked.Read(ref count.Value)}\n");
        }
        Process(text);
        return new(new ApiAnswer { Body = Encoding.UTF8.GetBytes(text.ToString()), ContentType = "text/plain; version=0.0.4; charset=utf-8" });
    }

    /// <summary>Counts an open stream until the result is disposed.</summary>
    public IDisposable Open(RequestTarget target)
    {
        var count = longRunning.GetOrAdd(Of(target), static _ => new Count());
        Interlocked.Increment(ref count.Value);
        return new Closing(() => Interlocked.Decrement(ref count.Value));
    }

    sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }

    static Series Of(RequestTarget target) => new(
        target.Verb.ToUpperInvariant(), target.Definition!.Group, target.Definition.Version, target.Definition.Plural, target.Subresource,
        target.Name is not null ? "resource" : target.Namespace is not null ? "namespace" : "cluster");

    static string Labels(Series s) =>
        $"group=\"{s.Group}\",resource=\"{s.Resource}\",scope=\"{s.Scope}\",subresource=\"{s.Subresource}\",verb=\"{s.Verb}\",version=\"{s.Version}\"";

    static void Histogram(StringBuilder text, string labels, Timing timing)
    {
        long sum = 0;
        for (var i = 0; i < timing.Buckets.Length; i++)
        {
            sum += Interlocked.Read(ref timing.Buckets[i]);
            var bound = i < Timing.Bounds.Length ? Timing.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            text.Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_bucket{{{labels},le=\"{bound}\"}} {sum}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_sum{{{labels}}} {Interlocked.Read(ref timing.Microseconds) / 1e6}\n");
        text.Append(CultureInfo.InvariantCulture, $"apiserver_request_duration_seconds_count{{{labels}}} {sum}\n");
    }

    static void Process(StringBuilder text)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var started = new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        text.Append(CultureInfo.InvariantCulture, $"# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total {process.TotalProcessorTime.TotalSeconds}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes {process.WorkingSet64}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds {started}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE process_threads gauge\nprocess_threads {process.Threads.Count}\n");
    }
}
