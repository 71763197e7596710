using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes;

/// <summary>What a step of the applying loop ended in.</summary>
/// <param name="Table">What the kernel serves now.</param>
/// <param name="Mode">By which mode; null if by none.</param>
/// <param name="Whole">The whole table was brought to the kernel, and not a change of it.</param>
sealed record ServedStep(NodeTable Table, ProxyMode? Mode, bool Whole)
{
    public static readonly ServedStep None = new(NodeTable.Empty, null, false);
}
