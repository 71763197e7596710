using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>The matrix: every row for every mode.</summary>
static class Rows
{
    public static readonly IReadOnlyList<Row> All = [.. AddressRows.All, .. EndpointRows.All, .. AffinityRows.All, .. ConnectionRows.All, .. DatagramRows.All, .. KernelRows.All];

    static readonly string? Only = Environment.GetEnvironmentVariable("FAIRLEAD_ROWS");

    public static bool AreRestricted => Only is not null;

    /// <summary>Those that a mode can have by its nature; FAIRLEAD_ROWS restricts them to those with it in their names.</summary>
    public static IEnumerable<Row> Of(Mode mode) =>
        All.Where(r => r.Within?.Invoke(mode) != false && (Only is null || r.ToString().Contains(Only, StringComparison.OrdinalIgnoreCase)));

    /// <summary>A row that serves one cluster and sends.</summary>
    public static Row Sends(string feature, string name, Func<ClusterSnapshot, ClusterSnapshot> cluster, params Line[] lines) =>
        new(feature, name, async scene =>
        {
            scene.Serve(cluster(Objects.Cluster(scene.Lab)));
            await scene.CheckAsync(lines);
        });
}
