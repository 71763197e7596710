using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>What became of a question.</summary>
public enum Fate
{
    Answered,
    Refused,
    Silence,

    /// <summary>The other side ended the connection without an answer.</summary>
    Closed,

    /// <summary>The sender's own kernel let nothing out.</summary>
    Denied,
}

/// <summary>What a sender saw.</summary>
/// <param name="Backend">Who answered, as ADDRESS:PORT; empty if nobody did.</param>
/// <param name="SeenSource">The source address that the backend saw.</param>
/// <param name="Peer">Who the sender's kernel says it talks to, as ADDRESS:PORT.</param>
public sealed record Answer(Fate Fate, string Backend, Address SeenSource, string Peer)
{
    /// <summary>The number of the Pod that answered, or 0.</summary>
    public int Pod => Backend.Length == 0 ? 0 : LabPlan.PodOf(Address.Parse(Backend[..Backend.LastIndexOf(':')].Trim('[', ']')));

    /// <summary>Reads the probe's line; see its Call.</summary>
    /// <exception cref="InvalidOperationException">The probe failed at something that is no outcome.</exception>
    public static Answer Read(string line) => line.Split(' ') switch
    {
        ["answered", var backend, var seen, var peer, ..] => new(Fate.Answered, backend, Address.Parse(seen), peer),
        [var word] when Enum.TryParse<Fate>(word, true, out var fate) => new(fate, "", default, ""),
        _ => throw new InvalidOperationException($"the probe says: {line}"),
    };

    public override string ToString() => Fate == Fate.Answered ? $"{Backend} answered, saw {SeenSource}, peer {Peer}" : Fate.ToString();
}
