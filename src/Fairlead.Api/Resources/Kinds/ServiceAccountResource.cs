using Fairlead.Api.Core.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>serviceaccounts.</summary>
public static class ServiceAccountResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<ServiceAccount>("serviceaccount",
        new TableColumn("Secrets", "string", "How many Secrets the account names.", 0, (obj, _) => obj.Objects("secrets").Count),
        Cells.Age) with
    {
        ShortNames = ["sa"],
    };
}
