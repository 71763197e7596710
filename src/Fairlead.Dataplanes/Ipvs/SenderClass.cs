using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Ipvs;

/// <summary>Who sends, as far as a frontend treats them differently.</summary>
/// <param name="Word">In the names of its sets and its chain.</param>
sealed record SenderClass(string Word, Func<Frontend, TrafficPath> Path)
{
    public static readonly SenderClass Pods = new("POD", f => f.Pods), Node = new("NODE", f => f.Node), Outside = new("OUTSIDE", f => f.Outside);
    public static readonly IReadOnlyList<SenderClass> All = [Pods, Node, Outside];

    /// <summary>What its senders are not let through to.</summary>
    public string DropSet => $"{Word}-DROP";

    /// <summary>What its senders are refused.</summary>
    public string RejectSet => $"{Word}-REJECT";

    /// <summary>Where its senders are masqueraded.</summary>
    public string MasqueradeSet => $"{Word}-MASQ";

    /// <summary>Where its senders have a virtual service of their own; see <see cref="IpvsFamily.Alias"/>.</summary>
    public string AliasSet => $"{Word}-ALIAS";
}
