using Fairlead.Network.Configuration;

namespace Fairlead.Dataplanes;

/// <summary>Keeps the data plane in use to the mode that is asked for, and says what it did. Owned by the applying loop.</summary>
/// <param name="tell">Receives type, reason and message of an Event.</param>
sealed class ModeSwitch(ServiceDataplaneOptions options, NodeServices services, Action<string, string, string> tell)
{
    DataplaneEntry? current;
    object? madeFrom;
    ProxyConfiguration? followed;
    string? lastFailure;

    /// <summary>Whether the mode asked for could not be brought in yet; it is tried again at the next call.</summary>
    public bool IsBehind => lastFailure is not null;

    /// <summary>Serves by the mode of a configuration. On failure the one in use stays, which is told.</summary>
    /// <exception cref="DataplaneException">There is none in use yet, and the kernel refused the first.</exception>
    public void Follow(ProxyConfiguration configuration)
    {
        if (followed == configuration && !IsBehind && current is not null) return;
        var entry = Choose(configuration, tellLack: followed != configuration);
        followed = configuration;
        if (entry == current && Equals(madeFrom, entry.MadeFrom(configuration)))
        {
            lastFailure = null;
            return;
        }
        try
        {
            services.Use(entry.Create(configuration, options), inherits: entry == current);
        }
        catch (DataplaneException e) when (current is not null)
        {
            if (lastFailure != e.Message) tell("Warning", "ProxyModeFailed", $"mode {Word(entry.Mode)} could not be brought in, {Word(current.Mode)} stays: {e.Message}");
            lastFailure = e.Message;
            return;
        }
        Switched(entry, configuration);
    }

    void Switched(DataplaneEntry entry, ProxyConfiguration configuration)
    {
        if (current is null) RetireLeftovers(entry, configuration);
        if (current != entry) tell("Normal", "ProxyModeChanged", current is null ? $"serving by mode {Word(entry.Mode)}" : $"serving by mode {Word(entry.Mode)} instead of {Word(current.Mode)}");
        (current, madeFrom, lastFailure) = (entry, entry.MadeFrom(configuration), null);
    }

    DataplaneEntry Choose(ProxyConfiguration configuration, bool tellLack)
    {
        var entry = Find(configuration.Mode);
        if (entry.Lacks() is not { } lack) return entry;
        if (tellLack) tell("Warning", "ProxyModeUnsupported", $"mode {Word(entry.Mode)} needs what this kernel lacks, serving by {Word(entry.Instead)} instead: {lack}");
        return Find(entry.Instead);
    }

    DataplaneEntry Find(ProxyMode mode) => options.Catalog.First(e => e.Mode == mode);

    // What an earlier agent put there in another mode. Connections that it holds live on.
    void RetireLeftovers(DataplaneEntry serving, ProxyConfiguration configuration)
    {
        foreach (var other in options.Catalog.Where(e => e != serving && e.Lacks() is null)) services.Retire(other.Create(configuration, options));
    }

    static string Word(ProxyMode mode) => mode.ToString().ToLowerInvariant();
}
