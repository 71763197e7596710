using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fairlead.Client.Metrics;

namespace Fairlead.Server.Admission.Webhooks;

/// <summary>What is counted of admission webhooks, with upstream's names. For any thread.</summary>
public sealed class WebhookMetrics
{
    static readonly ImmutableArray<double> Bounds = [0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10, 25];

    readonly ConcurrentDictionary<(string Name, string Type, string Operation, bool Rejected), Histogram> durations = new();
    readonly Counters<(string Name, string Type, string Operation, string Error)> rejections = new();
    readonly Counters<(string Name, string Type)> failedOpen = new();

    /// <summary>The webhook said yes or no.</summary>
    public void Answered(string name, bool mayChange, string operation, bool allowed, TimeSpan took)
    {
        Took(name, mayChange, operation, !allowed, took);
        if (!allowed) rejections.Increment((name, Type(mayChange), operation, "no_error"));
    }

    /// <summary>The webhook could not be asked.</summary>
    public void Failed(string name, bool mayChange, string operation, bool failsOpen, TimeSpan took)
    {
        Took(name, mayChange, operation, !failsOpen, took);
        if (failsOpen) failedOpen.Increment((name, Type(mayChange)));
        else rejections.Increment((name, Type(mayChange), operation, "calling_webhook_error"));
    }

    public void Write(MetricText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Family("apiserver_admission_webhook_admission_duration_seconds", "histogram", "Time that admission webhooks took, by name, type, operation and outcome.");
        foreach (var (key, timing) in durations) text.Sample(timing, [("name", key.Name), ("operation", key.Operation), ("rejected", key.Rejected ? "true" : "false"), ("type", key.Type)]);
        text.Family("apiserver_admission_webhook_rejection_count", "counter", "Writes that admission webhooks kept out, by name, type, operation and whether they could be asked.");
        foreach (var (key, count) in rejections) text.Sample(count, [("error_type", key.Error), ("name", key.Name), ("operation", key.Operation), ("type", key.Type)]);
        text.Family("apiserver_admission_webhook_fail_open_count", "counter", "Calls of admission webhooks that failed and let the write pass.");
        foreach (var (key, count) in failedOpen) text.Sample(count, [("name", key.Name), ("type", key.Type)]);
    }

    void Took(string name, bool mayChange, string operation, bool rejected, TimeSpan took) =>
        durations.GetOrAdd((name, Type(mayChange), operation, rejected), static _ => new Histogram(Bounds)).Observe(took);

    static string Type(bool mayChange) => mayChange ? "admit" : "validating";
}
