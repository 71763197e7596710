namespace Fairlead.Server.Allocation;

/// <summary>What a write has taken so far. Undone when disposed, unless it was kept.</summary>
public sealed class Reservation : IAsyncDisposable
{
    readonly List<Func<ValueTask>> undo = [];
    readonly List<Func<ValueTask>> done = [];
    bool kept;

    /// <summary>Called if the write fails.</summary>
    public void OnUndo(Func<ValueTask> action) => undo.Add(action);

    /// <summary>Called when the write has been stored.</summary>
    public void OnKept(Func<ValueTask> action) => done.Add(action);

    /// <summary>The object is stored: what it no longer uses is given back.</summary>
    public async ValueTask KeepAsync()
    {
        kept = true;
        foreach (var action in done) await action().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (kept) return;
        kept = true;
        foreach (var action in undo) await action().ConfigureAwait(false);
    }
}
