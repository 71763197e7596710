using Fairlead.Api.Resources.Kinds;

namespace Fairlead.Api.Resources;

/// <summary>
/// Old versions of kinds that upstream no longer serves, for clients and charts that still speak them. They are served
/// if asked for (--legacy-apis), each answer with upstream's warning; objects are stored as ever.
/// </summary>
public static class LegacyResources
{
    static readonly IReadOnlyList<(ResourceDefinition Stored, ResourceDefinition Old)> Kinds =
    [
        Of<Discovery.V1Beta1.EndpointSlice>(EndpointSliceResource.Definition, EndpointSliceVersions.V1Beta1, "v1.21", "v1.25"),
        Of<Batch.V1Beta1.CronJob>(CronJobResource.Definition, OtherVersion.Same("batch/v1beta1"), "v1.21", "v1.25"),
        Of<Policy.V1Beta1.PodDisruptionBudget>(PodDisruptionBudgetResource.Definition, DisruptionBudgetVersions.V1Beta1, "v1.21", "v1.25"),
        Of<Networking.V1Beta1.Ingress>(IngressResource.Definition, IngressVersions.V1Beta1, "v1.19", "v1.22"),
        Of<Networking.V1Beta1.IngressClass>(IngressClassResource.Definition, OtherVersion.Same("networking.k8s.io/v1beta1"), "v1.19", "v1.22"),
        Of<Autoscaling.V2Beta2.HorizontalPodAutoscaler>(HorizontalPodAutoscalerResource.Definition, null, "v1.23", "v1.26"),
    ];

    /// <summary>The old versions alone.</summary>
    public static IReadOnlyList<ResourceDefinition> All { get; } = [.. Kinds.Select(k => k.Old)];

    /// <summary>The kinds, and the old versions of those that have some. Kinds with old versions are converted when they are read.</summary>
    public static IReadOnlyList<ResourceDefinition> With(IReadOnlyList<ResourceDefinition> kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        return [.. kinds.Select(k => Kinds.FirstOrDefault(l => (l.Stored.Group, l.Stored.Version, l.Stored.Plural) == (k.Group, k.Version, k.Plural)).Stored ?? k), .. All];
    }

    /// <param name="other">The way between the two; null if the kind's conversion knows it.</param>
    static (ResourceDefinition, ResourceDefinition) Of<T>(ResourceDefinition current, OtherVersion? other, string deprecated, string removed)
    {
        var stored = other is null ? current : current with { Conversion = VersionsAround.Of(current.ApiVersion, other) };
        var old = BuiltInKind.Of<T>(current.Singular, current.Columns) with
        {
            ShortNames = current.ShortNames,
            Categories = current.Categories,
            HasStatus = current.HasStatus,
            Storage = stored,
            Conversion = stored.Conversion,
        };
        return (stored, old with { Deprecation = $"{old.ApiVersion} {old.Kind} is deprecated in {deprecated}+, unavailable in {removed}+; use {current.ApiVersion} {current.Kind}" });
    }
}
