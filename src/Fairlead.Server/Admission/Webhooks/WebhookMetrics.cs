using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fairlead.Client.Metrics;

namespace Fairlead.Server.Admission.Webhooks;

/// <summary>What is counted of admission webhooks, with upstream's names. For any thread.</summary>
public sealed class WebhookMetrics
{
    sealed class Count { public long Value; }

    static readonly ImmutableArray<double> Bounds = [0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10, 25];

    readonly ConcurrentDictionary<(string Name, string Type, string Operation, bool Rejected), Histogram> durations = new();
    readonly ConcurrentDictionary<(string Name, string Type, string Operation, string Error), Count> rejections = new();
    readonly ConcurrentDictionary<(string Name, string Type), Count> failedOpen = new();

    /// <summary>The webhook said yes or no.</summary>
    public void Answered(string name, bool mayChange, string operation, bool allowed, TimeSpan took)
    {
        Took(name, mayChange, operation, !allowed, took);
        if (!allowed) Increment(rejections, (name, Type(mayChange), operation, "no_error"));
    }

    /// <summary>The webhook could not be asked.</summary>
    public void Failed(string name, bool mayChange, string operation, bool failsOpen, TimeSpan took)
    {
        Took(name, mayChange, operation, !failsOpen, took);
        if (failsOpen) Increment(failedOpen, (name, Type(mayChange)));
        else Increment(rejections, (name, Type(mayChange), operation, "calling_webhook_error"));
    }

    public void Write(MetricText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Family("apiserver_admission_webhook_admission_duration_seconds", "histogram", "Time that admission webhooks took, by name, type, operation and outcome.");
        foreach (var (key, timing) in durations) text.Sample(timing, [("name", key.Name), ("operation", key.Operation), ("rejected", key.Rejected ? "true" : "false"), ("type", key.Type)]);
        text.Family("apiserver_admission_webhook_rejection_count", "counter", "Writes that admission webhooks kept out, by name, type, operation and whether they could be asked.");
        foreach (var (key, count) in rejections) text.Sample(Interlocked.Read(ref count.Value), [("error_type", key.Error), ("name", key.Name), ("operation", key.Operation), ("type", key.Type)]);
        text.Family("apiserver_admission_webhook_fail_open_count", "counter", "Calls of admission webhooks that failed and let the write pass.");
        foreach (var (key, count) in failedOpen) text.Sample(Interlocked.Read(ref count.Value), [("name", key.Name), ("type", key.Type)]);
    }

    void Took(string name, bool mayChange, string operation, bool rejected, TimeSpan took) =>
        durations.GetOrAdd((name, Type(mayChange), operation, rejected), static _ => new Histogram(Bounds)).Observe(took);

    static void Increment<TKey>(ConcurrentDictionary<TKey, Count> counts, TKey key) where TKey : notnull =>
        Interlocked.Increment(ref counts.GetOrAdd(key, static _ => new Count()).Value);

    static string Type(bool mayChange) => mayChange ? "admit" : "validating";
}
