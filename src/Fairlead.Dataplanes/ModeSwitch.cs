using Fairlead.Network.Configuration;

namespace Fairlead.Dataplanes;

/// <summary>
/// Keeps the data plane in use to the mode that is asked for, and says what it did. The next one has the whole table before
/// the one in use retires, so that no new connection finds neither; one that established connections still need stays as long
/// as they do, and comes back into service if its mode is asked for again. Owned by the applying loop.
/// </summary>
/// <param name="tell">Receives type, reason and message of an Event.</param>
sealed class ModeSwitch(ServiceDataplaneOptions options, NodeServices services, Action<string, string, string> tell) : IDisposable
{
    /// <param name="MadeFrom">What of the configuration it was made from.</param>
    sealed record Plane(DataplaneEntry Entry, object? MadeFrom, IDataplane Dataplane);

    readonly List<Plane> retiring = [];
    Plane? current;
    ProxyConfiguration? followed;
    string? lastFailure;

    /// <summary>Whether there is something to be done though nothing changes: a mode to be tried again, a data plane that retires.</summary>
    public bool IsUnsettled => lastFailure is not null || retiring.Count > 0;

    /// <summary>The mode in use; null before the first.</summary>
    public ProxyMode? InUse => current?.Entry.Mode;

    /// <summary>Serves by the mode of a configuration. On failure the one in use stays, which is told.</summary>
    /// <exception cref="DataplaneException">There is none in use yet, and the kernel refused the first.</exception>
    public void Follow(ProxyConfiguration configuration)
    {
        if (followed != configuration || lastFailure is not null || current is null) Change(configuration);
        retiring.RemoveAll(HasRetired);
    }

    void Change(ProxyConfiguration configuration)
    {
        var entry = Choose(configuration, tellLack: followed != configuration);
        followed = configuration;
        var madeFrom = entry.MadeFrom(configuration);
        var before = lastFailure;
        lastFailure = null;
        if (current is not null && entry == current.Entry && Equals(madeFrom, current.MadeFrom)) return;
        var next = Find(entry, madeFrom, configuration);
        try
        {
            services.Use(next.Dataplane);
        }
        catch (DataplaneException e)
        {
            Discard(next);
            if (current is null) throw;
            if (before != e.Message) tell("Warning", "ProxyModeFailed", $"mode {Word(entry)} could not be brought in, {Word(current.Entry)} stays: {e.Message}");
            lastFailure = e.Message;
            return;
        }
        TakeOver(next, configuration);
    }

    void TakeOver(Plane next, ProxyConfiguration configuration)
    {
        var old = current;
        current = next;
        retiring.Remove(next);
        if (old is null) retiring.AddRange(Leftovers(next.Entry, configuration));
        // One of the same kind goes on with what the other put into the kernel.
        else if (old.Entry == next.Entry) old.Dataplane.Dispose();
        else retiring.Add(old);
        if (old?.Entry != next.Entry) tell("Normal", "ProxyModeChanged", $"serving by mode {Word(next.Entry)}{(old is null ? "" : $" instead of {Word(old.Entry)}")}");
    }

    DataplaneEntry Choose(ProxyConfiguration configuration, bool tellLack)
    {
        var entry = options.Catalog.First(e => e.Mode == configuration.Mode);
        if (entry.Lacks() is not { } lack) return entry;
        var instead = options.Catalog.First(e => e.Mode == entry.Instead);
        // Each at most once: of modes that stand in for one another the kernel may serve none, and then says so itself.
        for (var others = options.Catalog.Count; others > 0 && instead.Lacks() is not null; others--) instead = options.Catalog.First(e => e.Mode == instead.Instead);
        if (tellLack) tell("Warning", "ProxyModeUnsupported", $"mode {Word(entry)} needs what this kernel lacks, serving by {Word(instead)} instead: {lack}");
        return instead;
    }

    /// <summary>The one of this mode that is still retiring, or a new one.</summary>
    Plane Find(DataplaneEntry entry, object? madeFrom, ProxyConfiguration configuration)
    {
        if (retiring.Find(p => p.Entry == entry) is { } known)
        {
            if (Equals(known.MadeFrom, madeFrom)) return known;
            retiring.Remove(known);
            known.Dataplane.Dispose();
        }
        return new(entry, madeFrom, entry.Create(configuration, options));
    }

    // What an earlier agent put there in another mode. Connections that it holds live on.
    IEnumerable<Plane> Leftovers(DataplaneEntry serving, ProxyConfiguration configuration) =>
        options.Catalog.Where(e => e != serving && e.Lacks() is null).Select(e => new Plane(e, e.MadeFrom(configuration), e.Create(configuration, options)));

    static bool HasRetired(Plane plane)
    {
        if (!plane.Dataplane.Retire()) return false;
        plane.Dataplane.Dispose();
        return true;
    }

    // Unless it stands in the kernel's way it goes at once; what is left of it goes when it retires.
    void Discard(Plane plane)
    {
        if (current?.Entry == plane.Entry) plane.Dataplane.Dispose();
        else if (!retiring.Contains(plane)) retiring.Add(plane);
    }

    static string Word(DataplaneEntry entry) => entry.Mode.ToString().ToLowerInvariant();

    /// <summary>What is in the kernel stays.</summary>
    public void Dispose()
    {
        current?.Dataplane.Dispose();
        foreach (var plane in retiring) plane.Dataplane.Dispose();
    }
}
