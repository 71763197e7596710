using Fairlead.Api.Core.V1;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>limitranges.</summary>
public static class LimitRangeResource
{
    public static ResourceDefinition Definition { get; } = BuiltInKind.Of<LimitRange>("limitrange",
        Cells.Field("Created At", "metadata.creationTimestamp", "When it was made.")) with
    {
        ShortNames = ["limits"],
        Rules = new LimitRangeRules(),
    };
}
