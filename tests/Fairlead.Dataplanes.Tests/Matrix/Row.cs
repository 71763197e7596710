namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>One behaviour of Services that every mode must show.</summary>
/// <param name="Feature">What it belongs to: rows of one feature stand together in docs/SERVICES.md.</param>
/// <param name="Name">Unique.</param>
/// <param name="Play">Brings the lab to a state, sends, and tells the scene what was wrong.</param>
public sealed record Row(string Feature, string Name, Func<Scene, Task> Play)
{
    /// <summary>Whether a mode can have it by its nature; null: all can.</summary>
    public Func<Kernel.Mode, bool>? Within { get; init; }

    public override string ToString() => $"{Feature}: {Name}";
}

/// <summary>What some senders get at some addresses, by every protocol and in both families.</summary>
/// <param name="From">Names of senders, or "pods", "nodes", "outside", "all"; several with spaces.</param>
/// <param name="To">Kinds of addresses; see <see cref="Destinations"/>. Several with spaces.</param>
/// <param name="Says">As <see cref="Kernel.Forecast.Words"/>; null: whatever the interpreter says.</param>
public sealed record Line(string From, string To, string? Says);
