using Fairlead.Client.Metrics;

namespace Fairlead.Server.FlowControl;

/// <summary>The part of /metrics about priority and fairness, with upstream's names.</summary>
public static class FlowMetrics
{
    const string Prefix = "apiserver_flowcontrol_";

    static readonly (FlowRefusal Why, string Label)[] Reasons =
    [
        (FlowRefusal.ConcurrencyLimit, "concurrency-limit"), (FlowRefusal.QueueFull, "queue-full"), (FlowRefusal.TimeOut, "time-out"), (FlowRefusal.Cancelled, "cancelled"),
    ];

    public static void Write(FlowPolicy policy, MetricText text)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(text);
        WriteFlows(policy.Counts(), text);
        var levels = policy.Levels().Select(l => (l.Name, l.State)).ToList();
        Level("nominal_limit_seats", "Seats of the level by its shares.", s => s.Bounds.Nominal);
        Level("lower_limit_seats", "Seats that the level never lends.", s => s.Bounds.Least);
        Level("upper_limit_seats", "Seats that the level has at most, with all that it may borrow.", s => s.Bounds.Most);
        Level("current_limit_seats", "Seats of the level now, with what it borrows and without what it lends.", s => s.Limit);

        void Level(string name, string help, Func<LevelState, int> value)
        {
            text.Family(Prefix + name, "gauge", help);
            foreach (var (level, state) in levels) text.Sample(value(state), ("priority_level", level));
        }
    }

    static void WriteFlows(IReadOnlyList<FlowCounts> flows, MetricText text)
    {
        text.Family(Prefix + "dispatched_requests_total", "counter", "Requests that were let in.");
        foreach (var flow in flows) text.Sample(flow.Dispatched, Labels(flow));
        text.Family(Prefix + "rejected_requests_total", "counter", "Requests that were not let in, by reason.");
        foreach (var flow in flows)
        {
            foreach (var (why, label) in Reasons)
            {
                if (flow.Refused(why) is > 0 and var count) text.Sample(count, [.. Labels(flow), ("reason", label)]);
            }
        }
        text.Family(Prefix + "current_inqueue_requests", "gauge", "Requests that wait in queues.");
        foreach (var flow in flows) text.Sample(flow.Waiting, Labels(flow));
        text.Family(Prefix + "current_executing_requests", "gauge", "Requests that are served.");
        foreach (var flow in flows) text.Sample(flow.Executing, Labels(flow));
        text.Family(Prefix + "current_executing_seats", "gauge", "Seats that requests have.");
        foreach (var flow in flows) text.Sample(flow.Seats, Labels(flow));
        text.Family(Prefix + "request_wait_duration_seconds", "histogram", "Time that requests waited, by whether they were let in then.");
        foreach (var flow in flows.Where(f => f.Dispatched > 0)) text.Sample(flow.Waited, [.. Labels(flow), ("execute", "true")]);
        foreach (var flow in flows.Where(f => Reasons.Any(r => f.Refused(r.Why) > 0))) text.Sample(flow.WaitedInVain, [.. Labels(flow), ("execute", "false")]);
        text.Family(Prefix + "request_execution_seconds", "histogram", "Time that requests had their seats.");
        foreach (var flow in flows.Where(f => f.Dispatched > 0)) text.Sample(flow.Executed, [.. Labels(flow), ("type", "regular")]);
    }

    static (string, string)[] Labels(FlowCounts flow) => [("flow_schema", flow.Schema), ("priority_level", flow.Level)];
}
