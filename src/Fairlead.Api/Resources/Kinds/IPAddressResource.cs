using Fairlead.Api.Networking.V1;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>ipaddresses.networking.k8s.io.</summary>
public static class IPAddressResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<IPAddress>("ipaddress",
        Cells.Text("ParentRef", "The object that the address belongs to.", Parent)) with
    {
        ShortNames = ["ip"],
        // Colons stand in names of the newer family; the rules ask for an address.
        NameRule = NameRule.PathSegment,
        SelectableFields = Select.Fields(("spec.parentRef.resource", "spec.parentRef.resource")),
        Rules = new IPAddressRules(),
    };

    static string Parent(JsonObject address)
    {
        if (address.At("spec.parentRef") is null) return Cells.None;
        var (group, resource) = (address.Text("spec.parentRef.group"), address.Text("spec.parentRef.resource"));
        var kind = (group.Length > 0 ? $"{resource}.{group}" : resource).ToLowerInvariant();
        var ns = address.Text("spec.parentRef.namespace");
        return ns.Length > 0 ? $"{kind}/{ns}/{address.Text("spec.parentRef.name")}" : $"{kind}/{address.Text("spec.parentRef.name")}";
    }
}
