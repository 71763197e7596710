using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fairlead.Client.Metrics;

namespace Fairlead.Server.Authorization;

/// <summary>What /metrics says of authorizers, with upstream's names (KEP-3221). For any thread.</summary>
public sealed class AuthorizationMetrics
{
    static readonly ImmutableArray<double> WebhookBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    static readonly ImmutableArray<double> ConditionBounds = [0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25];

    readonly ConcurrentDictionary<(string Type, string Name), DecisionCount> decisions = new();
    readonly Counters<(string Name, string Result)> evaluations = new();
    readonly Counters<(string Name, string Result)> failedOpen = new();
    readonly ConcurrentDictionary<(string Name, string Result), Histogram> durations = new();
    readonly Counters<string> exclusions = new();
    readonly Counters<string> conditionErrors = new();
    readonly ConcurrentDictionary<string, Histogram> conditionDurations = new(StringComparer.Ordinal);

    /// <summary>Where an authorizer counts what it decides; one with the name of an earlier one goes on counting there.</summary>
    public DecisionCount Of(string type, string name) => decisions.GetOrAdd((type, name), static _ => new());

    /// <summary>A webhook was asked.</summary>
    /// <param name="result">success, error, timeout or canceled.</param>
    public void Evaluated(string name, string result, TimeSpan took)
    {
        evaluations.Increment((name, result));
        durations.GetOrAdd((name, result), static _ => new Histogram(WebhookBounds)).Observe(took);
    }

    /// <summary>A webhook could not be asked and had no opinion therefore.</summary>
    public void FailedOpen(string name, string result) => failedOpen.Increment((name, result));

    /// <summary>Match conditions kept a request from a webhook.</summary>
    public void Excluded(string name) => exclusions.Increment(name);

    /// <summary>A match condition had no value.</summary>
    public void ConditionFailed(string name) => conditionErrors.Increment(name);

    /// <summary>Match conditions were evaluated.</summary>
    public void Matched(string name, TimeSpan took) => conditionDurations.GetOrAdd(name, static _ => new Histogram(ConditionBounds)).Observe(took);

    public void Write(MetricText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Family("apiserver_authorization_decisions_total", "counter", "Requests that an authorizer allowed or denied, by its type and name.");
        foreach (var ((type, name), count) in decisions)
        {
            if (count.Allowed > 0) text.Sample(count.Allowed, [("decision", "allowed"), ("name", name), ("type", type)]);
            if (count.Denied > 0) text.Sample(count.Denied, [("decision", "denied"), ("name", name), ("type", type)]);
        }
        text.Family("apiserver_authorization_webhook_evaluations_total", "counter", "How often authorization webhooks were asked, by result.");
        foreach (var ((name, result), count) in evaluations) text.Sample(count, [("name", name), ("result", result)]);
        text.Family("apiserver_authorization_webhook_duration_seconds", "histogram", "Time that authorization webhooks took, by result.");
        foreach (var ((name, result), timing) in durations) text.Sample(timing, [("name", name), ("result", result)]);
        text.Family("apiserver_authorization_webhook_evaluations_fail_open_total", "counter", "How often authorization webhooks failed and had no opinion therefore.");
        foreach (var ((name, result), count) in failedOpen) text.Sample(count, [("name", name), ("result", result)]);
        text.Family("apiserver_authorization_match_condition_exclusions_total", "counter", "Requests that match conditions kept from webhooks.");
        foreach (var (name, count) in exclusions) text.Sample(count, Webhook(name));
        text.Family("apiserver_authorization_match_condition_evaluation_errors_total", "counter", "Requests of which a match condition had no value.");
        foreach (var (name, count) in conditionErrors) text.Sample(count, Webhook(name));
        text.Family("apiserver_authorization_match_condition_evaluation_seconds", "histogram", "Time that match conditions took.");
        foreach (var (name, timing) in conditionDurations) text.Sample(timing, Webhook(name));
    }

    static (string, string)[] Webhook(string name) => [("name", name), ("type", AuthorizerConfiguration.WebhookType)];
}
