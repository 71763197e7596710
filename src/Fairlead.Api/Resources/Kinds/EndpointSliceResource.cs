using System.Globalization;
using Fairlead.Api.Discovery.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>endpointslices.discovery.k8s.io.</summary>
public static class EndpointSliceResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<EndpointSlice>("endpointslice",
        Cells.Field("AddressType", "addressType", "What the addresses are."),
        Cells.Text("Ports", "The first ports.", s => OrUnset(s.Objects("ports").Select(Port))),
        Cells.Text("Endpoints", "The first addresses.", s => OrUnset(s.Objects("endpoints").SelectMany(e => e.Texts("addresses")))),
        Cells.Age) with
    {
        CountsGeneration = true,
        Rules = new EndpointSliceRules(),
    };

    static string Port(JsonObject port) =>
        port.Number("port") is { } number ? number.ToString(CultureInfo.InvariantCulture)
        : port.Text("name") is { Length: > 0 } name ? name
        : "*";

    static string OrUnset(IEnumerable<string> items) => Cells.FirstOf([.. items], 3) is { Length: > 0 } text ? text : "<unset>";
}
