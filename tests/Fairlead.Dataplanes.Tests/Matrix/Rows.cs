using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>The matrix: every row for every mode.</summary>
static class Rows
{
    public static readonly IReadOnlyList<Row> All = [.. AddressRows.All, .. EndpointRows.All];

    /// <summary>A row that serves one cluster and sends.</summary>
    public static Row Sends(string feature, string name, Func<ClusterSnapshot, ClusterSnapshot> cluster, params Line[] lines) =>
        new(feature, name, async scene =>
        {
            scene.Serve(cluster(Objects.Cluster(scene.Lab)));
            await scene.CheckAsync(lines);
        });
}
