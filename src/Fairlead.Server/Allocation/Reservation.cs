namespace Fairlead.Server.Allocation;

/// <summary>What a write has taken so far. Undone when disposed, unless it was kept.</summary>
public sealed class Reservation : IDisposable
{
    readonly List<Action> undo = [];
    readonly List<Action> done = [];
    bool kept;

    /// <summary>Called if the write fails.</summary>
    public void OnUndo(Action action) => undo.Add(action);

    /// <summary>Called when the write has been stored.</summary>
    public void OnKept(Action action) => done.Add(action);

    /// <summary>The object is stored: what it no longer uses is given back.</summary>
    public void Keep()
    {
        kept = true;
        foreach (var action in done) action();
    }

    public void Dispose()
    {
        if (kept) return;
        kept = true;
        foreach (var action in undo) action();
    }
}
