using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Histories;

/// <summary>What the packets of many histories met.</summary>
sealed class Tally
{
    readonly Dictionary<OutcomeKind, int> kinds = [];
    readonly Dictionary<(int Of, int Index), int> picks = [];
    readonly Lock gate = new();

    public void Count(Forecast forecast, Answer answer)
    {
        lock (gate)
        {
            kinds[forecast.Kind] = kinds.GetValueOrDefault(forecast.Kind) + 1;
            var outcomes = forecast.Trace.Outcomes;
            if (forecast.Kind != OutcomeKind.Forward || forecast.Frontend?.Affinity is not null) return;
            var index = outcomes.Select(o => o.Backend!.ToString()).ToList().IndexOf(answer.Backend);
            picks[(outcomes.Length, index)] = picks.GetValueOrDefault((outcomes.Length, index)) + 1;
        }
    }

    public int Of(OutcomeKind kind) => kinds.GetValueOrDefault(kind);

    /// <summary>The lists of endpoints whose parts were not chosen equally often within five standard deviations.</summary>
    public IEnumerable<string> Uneven() =>
        from list in picks.GroupBy(p => p.Key.Of)
        let sum = list.Sum(p => p.Value)
        let share = 1.0 / list.Key
        let bound = 5 * Math.Sqrt(sum * share * (1 - share))
        where Enumerable.Range(0, list.Key).Any(i => Math.Abs(picks.GetValueOrDefault((list.Key, i)) - sum * share) > bound)
        select $"of {list.Key}: {string.Join(' ', list.OrderBy(p => p.Key.Index).Select(p => p.Value))}";

    public override string ToString() => string.Join(", ", kinds.OrderBy(k => k.Key).Select(k => $"{k.Value} {k.Key}"));
}
