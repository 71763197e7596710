using Fairlead.Api.Core.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>endpoints.</summary>
public static class EndpointsResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<Endpoints>("endpoints",
        Cells.Text("Endpoints", "The first addresses and ports that take traffic.", Shown),
        Cells.Age) with
    {
        ShortNames = ["ep"],
        Rules = new EndpointsRules(),
    };

    static string Shown(JsonObject endpoints)
    {
        var subsets = endpoints.Objects("subsets");
        if (subsets.Count == 0) return Cells.None;
        var all = new List<string>();
        foreach (var subset in subsets)
        {
            var addresses = subset.Objects("addresses").Select(a => a.Text("ip")).ToList();
            var ports = subset.Objects("ports");
            if (ports.Count == 0) all.AddRange(addresses);
            foreach (var port in ports)
                all.AddRange(addresses.Select(a => $"{(a.Contains(':', StringComparison.Ordinal) ? $"[{a}]" : a)}:{port.Number("port")}"));
        }
        return Cells.FirstOf(all, 3);
    }
}
