using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Services;
using static Fairlead.Dataplanes.Tests.Kernel.Objects;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>By which addresses a Service is reached, and from where.</summary>
static class AddressRows
{
    public static IEnumerable<Row> All =>
    [
        .. Reached("ClusterIP", "clusterIP", pods: "", nodes: "*", outside: "*"),
    ];

    static IEnumerable<Row> Reached(string feature, string to, string pods, string nodes, string outside)
    {
        Row Row(string name, int pod, params Line[] lines) => Rows.Sends(feature, name, c => c.With(Spec(), [pod]), lines);
        yield return Row($"{feature}: client in the same Pod", 1, new Line("pod1", to, "1*"));
        yield return Row($"{feature}: client in another Pod of the node", 1, new Line("pod2", to, "1" + pods));
        yield return Row($"{feature}: client in a Pod of another node", 1, new Line("pod3 pod4", to, "1" + pods));
        yield return Row($"{feature}: client on the endpoint's node", 1, new Line("n1", to, "1" + nodes));
        yield return Row($"{feature}: client on another node", 1, new Line("n2", to, "1" + nodes));
        yield return Row($"{feature}: client outside", 1, new Line("outside", to, "1" + outside));
    }
}
