using System.Text.Json;
using Fairlead.Api.FlowControl.V1;
using Fairlead.Api.Json;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.FlowControl;

/// <summary>
/// The current <see cref="FlowTable"/> and the levels that it leads to, kept so by a <see cref="StoreFollower"/>. Readers
/// see one immutable table; a level lives as long as its name is there, so that its requests keep their places when
/// anything changes.
/// </summary>
/// <param name="total">Seats of the server.</param>
public sealed class FlowPolicy(int total, TimeProvider clock) : IStoreView
{
    const string Prefix = "/registry/flowcontrol.apiserver.k8s.io/";

    sealed record Level(PriorityLevel Seats, LevelOptions Options)
    {
        public SeatBounds Bounds { get; set; }
        public int High { get; set; }
        public double Smoothed { get; set; }
    }

    readonly Lock gate = new();
    readonly Dictionary<string, PriorityLevelConfiguration> configured = new(StringComparer.Ordinal);
    readonly Dictionary<string, FlowSchema> schemas = new(StringComparer.Ordinal);
    readonly Dictionary<(string Level, string Schema), FlowCounts> counts = [];
    Dictionary<string, Level> levels = new(StringComparer.Ordinal);
    FlowTable? table;
    Action changed = () => { };

    /// <summary>Null until the store has been read.</summary>
    public FlowTable? Table => Volatile.Read(ref table);

    /// <summary>Seats of the server.</summary>
    public int Total => total;

    /// <summary>Called when something changed; to return at once.</summary>
    public void OnChange(Action call) => changed = call;

    /// <summary>The schemas in the store, and whether the level of each is missing.</summary>
    public IReadOnlyList<(FlowSchema Schema, bool IsDangling)> Schemas()
    {
        lock (gate) return [.. schemas.Values.Select(s => (s, !levels.ContainsKey(LevelOf(s))))];
    }

    /// <summary>Every level there is, by name.</summary>
    public IReadOnlyList<PriorityLevel> Levels()
    {
        lock (gate) return [.. levels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => l.Value.Seats)];
    }

    /// <summary>What became of requests, of every schema and level that there has been.</summary>
    public IReadOnlyList<FlowCounts> Counts()
    {
        lock (gate) return [.. counts.Values];
    }

    /// <summary>Ends a period: divides the seats anew by what the levels wanted in it. To be called every ten seconds.</summary>
    public void Divide()
    {
        lock (gate)
        {
            foreach (var level in levels.Values)
            {
                var window = level.Seats.TakeDemand();
                (level.High, level.Smoothed) = (window.High, window.Smoothed(level.Smoothed));
            }
            foreach (var (level, seats) in Divided()) level.Seats.Limit(seats);
        }
    }

    IReadOnlyList<string> IStoreView.Prefixes { get; } = [Prefix];

    void IStoreView.Reset()
    {
        lock (gate)
        {
            configured.Clear();
            schemas.Clear();
        }
    }

    void IStoreView.Put(StoreEntry entry)
    {
        try
        {
            lock (gate)
            {
                switch (Split(entry.Key))
                {
                    case ("prioritylevelconfigurations", var name): configured[name] = ApiJson.Read<PriorityLevelConfiguration>(entry.Json.Span); break;
                    case ("flowschemas", var name): schemas[name] = ApiJson.Read<FlowSchema>(entry.Json.Span); break;
                }
            }
        }
        catch (JsonException) { } // what cannot be read stays as it was
    }

    void IStoreView.Remove(string key)
    {
        var (plural, name) = Split(key);
        lock (gate)
        {
            if (plural == "flowschemas") schemas.Remove(name);
            else configured.Remove(name);
        }
    }

    void IStoreView.Publish()
    {
        lock (gate)
        {
            var next = new Dictionary<string, Level>(StringComparer.Ordinal);
            foreach (var options in Configured()) next[options.Name] = Kept(options);
            levels = next;
            var bounds = SeatDivision.Bounds(total, [.. levels.Values.Select(l => l.Options)]);
            foreach (var (level, its) in levels.Values.Zip(bounds)) level.Bounds = its;
            foreach (var (level, seats) in Divided()) level.Seats.Configure(level.Options, level.Bounds, seats);
            Volatile.Write(ref table, new FlowTable(schemas.Values, Resolve));
        }
        changed();
    }

    IEnumerable<LevelOptions> Configured()
    {
        foreach (var name in (string[])["exempt", "catch-all"])
        {
            if (!configured.ContainsKey(name)) yield return LevelOptions.Of(FlowTable.MandatoryLevel(name));
        }
        foreach (var level in configured.Values) yield return LevelOptions.Of(level);
    }

    Level Kept(LevelOptions options) => levels.TryGetValue(options.Name, out var old)
        ? old with { Options = options }
        : new(new(options.Name, clock), options);

    FlowRule? Resolve(FlowSchema schema)
    {
        if (!levels.TryGetValue(LevelOf(schema), out var level)) return null;
        var key = (level.Options.Name, schema.Metadata.Name ?? "");
        if (!counts.TryGetValue(key, out var its)) counts[key] = its = new(key.Item1, key.Item2);
        return new(schema, level.Seats, level.Options.Uid, its);
    }

    /// <summary>The seats of each level now. Those of exempt ones are set aside first: they take what they need of their own.</summary>
    IEnumerable<(Level Level, int Seats)> Divided()
    {
        var exempt = levels.Values.Where(l => l.Options.IsExempt).Select(l => (Level: l, Seats: (int)SeatDivision.Wish(l.Bounds, l.High, l.Smoothed).Least)).ToList();
        var limited = levels.Values.Where(l => !l.Options.IsExempt).ToList();
        var left = levels.Values.Sum(l => (long)l.Bounds.Nominal) - exempt.Sum(e => (long)e.Seats);
        var seats = SeatDivision.Divide(left, [.. limited.Select(l => SeatDivision.Wish(l.Bounds, l.High, l.Smoothed))]);
        return exempt.Concat(limited.Zip(seats));
    }

    static string LevelOf(FlowSchema schema) => schema.Spec?.PriorityLevelConfiguration?.Name ?? "";

    static (string Plural, string Name) Split(string key)
    {
        var slash = key.IndexOf('/', Prefix.Length);
        return (key[Prefix.Length..slash], key[(slash + 1)..]);
    }
}
