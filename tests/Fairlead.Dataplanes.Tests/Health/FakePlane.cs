using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Health;

/// <summary>A data plane without a kernel, which refuses as long as it is told to.</summary>
sealed class FakePlane : IDataplane
{
    public volatile bool Refuses;

    public int Converge(NodeTable table) => Refuses ? throw new DataplaneException("refused by the test") : 0;

    public void Apply(TableDelta delta, NodeTable table) => Converge(table);

    public bool Retire() => true;

    public void Remove() { }

    public void Dispose() { }
}
