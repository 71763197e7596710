using Fairlead.Cel.Syntax;
using Fairlead.Cel.Values;

namespace Fairlead.Cel.Evaluation;

/// <summary>The macros that go through a list or a map.</summary>
readonly struct Comprehensions(Interpreter interpreter, CelCost cost)
{
    public object? Run(Comprehension all)
    {
        var range = interpreter.Evaluate(all.Range);
        var entries = Entries(range, all.Second is not null);
        return all.Macro switch
        {
            "all" => Every(all, entries, decisive: false),
            "exists" => Every(all, entries, decisive: true),
            "exists_one" => ExactlyOne(all, entries),
            "filter" => Filter(all, entries),
            "transformMap" => Map(all, entries),
            "transformMapEntry" => Entries(all, entries),
            _ => List(all, entries),
        };
    }

    static IEnumerable<(object? First, object? Second)> Entries(object? range, bool two) => range switch
    {
        ICelMap map => map.Keys.Select(k => (k, two && map.TryGet(k, out var value) ? value : null)),
        IReadOnlyList<object?> list when two => list.Select((e, i) => ((object?)(long)i, e)),
        IReadOnlyList<object?> list => list.Select(e => (e, (object?)null)),
        _ => throw new CelException($"no such overload: comprehension over {Operations.TypeName(range)}"),
    };

    bool Holds(Comprehension all, (object? First, object? Second) entry, Expr condition)
    {
        cost.Spend(1);
        var value = interpreter.With(all.First, entry.First, all.Second, entry.Second, condition);
        return value is bool truth ? truth : throw Operations.NoOverload(all.Macro, value);
    }

    /// <summary>An element that decides makes up for errors of others.</summary>
    bool Every(Comprehension all, IEnumerable<(object?, object?)> entries, bool decisive)
    {
        CelException? error = null;
        foreach (var entry in entries)
        {
            try
            {
                if (Holds(all, entry, all.Body) == decisive) return decisive;
            }
            catch (CelException e) when (!e.IsCost) { error ??= e; }
        }
        return error is null ? !decisive : throw error;
    }

    bool ExactlyOne(Comprehension all, IEnumerable<(object?, object?)> entries)
    {
        var count = 0;
        foreach (var entry in entries)
            if (Holds(all, entry, all.Body)) count++;
        return count == 1;
    }

    object?[] Filter(Comprehension all, IEnumerable<(object? First, object? Second)> entries)
    {
        var kept = new List<object?>();
        foreach (var entry in entries)
            if (Holds(all, entry, all.Body)) kept.Add(entry.First);
        return [.. kept];
    }

    object?[] List(Comprehension all, IEnumerable<(object? First, object? Second)> entries)
    {
        var made = new List<object?>();
        foreach (var entry in entries)
        {
            cost.Spend(1);
            if (all.Filter is { } filter && !Holds(all, entry, filter)) continue;
            made.Add(interpreter.With(all.First, entry.First, all.Second, entry.Second, all.Body));
        }
        return [.. made];
    }

    CelMap Map(Comprehension all, IEnumerable<(object? First, object? Second)> entries)
    {
        var made = new CelMap();
        foreach (var entry in entries)
        {
            cost.Spend(1);
            if (all.Filter is { } filter && !Holds(all, entry, filter)) continue;
            made.Add(entry.First, interpreter.With(all.First, entry.First, all.Second, entry.Second, all.Body));
        }
        return made;
    }

    CelMap Entries(Comprehension all, IEnumerable<(object? First, object? Second)> entries)
    {
        var made = new CelMap();
        foreach (var entry in List(all, entries))
        {
            if (entry is not ICelMap map) throw Operations.NoOverload(all.Macro, entry);
            foreach (var key in map.Keys)
                if (map.TryGet(key, out var value)) made.Add(key, value);
        }
        return made;
    }
}
