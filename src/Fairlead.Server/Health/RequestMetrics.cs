using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Fairlead.Client.Metrics;
using Fairlead.Server.Listen;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Health;

/// <summary>/metrics in the Prometheus text format, with upstream's names. Counting is lock-free.</summary>
public sealed class RequestMetrics : IDocument
{
    readonly record struct Series(string Verb, string Group, string Version, string Resource, string Subresource, string Scope);

    static readonly ImmutableArray<double> Bounds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

    readonly Counters<(Series Series, int Code)> totals = new();
    readonly ConcurrentDictionary<Series, Histogram> durations = new();
    readonly Counters<Series> longRunning = new();

    /// <summary>Write what other parts of the server count.</summary>
    public IReadOnlyList<Action<MetricText>> More { get; init; } = [];

    /// <summary>One request was answered (a stream: was accepted).</summary>
    public void Answered(RequestTarget? target, string method, ApiAnswer answer, TimeSpan took)
    {
        if (target?.Definition is null) return;
        var series = Of(target);
        totals.Increment((series, answer.Code));
        if (answer.LongRunning) return;
        durations.GetOrAdd(series, static _ => new Histogram(Bounds)).Observe(took);
    }

    public bool Answers(string path) => path == "/metrics";

    public ValueTask<ApiAnswer> AnswerAsync(ApiCall call, CancellationToken cancellation)
    {
        var text = new MetricText();
        text.Family("apiserver_request_total", "counter", "Requests answered, by verb, resource and code.");
        foreach (var ((series, code), count) in totals) text.Sample(count, [("code", code.ToString(CultureInfo.InvariantCulture)), .. Labels(series)]);
        text.Family("apiserver_request_duration_seconds", "histogram", "Time from request to answer.");
        foreach (var (series, timing) in durations) text.Sample(timing, Labels(series));
        text.Family("apiserver_longrunning_requests", "gauge", "Watches and streams that are open.");
        foreach (var (series, count) in longRunning) text.Sample(count, Labels(series));
        foreach (var more in More) more(text);
        ProcessMetrics.Write(text);
        return new(new ApiAnswer { Body = Encoding.UTF8.GetBytes(text.ToString()), ContentType = MetricText.ContentType });
    }

    /// <summary>Counts an open stream until the result is disposed.</summary>
    public IDisposable Open(RequestTarget target)
    {
        var series = Of(target);
        longRunning.Increment(series);
        return new Closing(() => longRunning.Decrement(series));
    }

    sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }

    static Series Of(RequestTarget target) => new(
        target.Verb.ToUpperInvariant(), target.Definition!.Group, target.Definition.Version, target.Definition.Plural, target.Subresource,
        target.Name is not null ? "resource" : target.Namespace is not null ? "namespace" : "cluster");

    static (string, string)[] Labels(Series s) =>
    [
        ("group", s.Group), ("resource", s.Resource), ("scope", s.Scope), ("subresource", s.Subresource), ("verb", s.Verb), ("version", s.Version),
    ];
}
