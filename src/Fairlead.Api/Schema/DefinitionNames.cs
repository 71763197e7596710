using System.Reflection;

namespace Fairlead.Api.Schema;

/// <summary>The names under which OpenAPI publishes types. kubectl and client generators know them by these.</summary>
public static class DefinitionNames
{
    public const string MetaPrefix = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    public const string Time = MetaPrefix + "Time";
    public const string MicroTime = MetaPrefix + "MicroTime";
    public const string Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    public const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

    const string Root = "Fairlead.Api.";

    /// <summary>io.k8s.api.core.v1.PodSpec for Fairlead.Api.Core.V1.PodSpec; meta types under apimachinery.</summary>
    public static string Of(Type type)
    {
        var name = type.GetCustomAttribute<KindAttribute>()?.Name ?? type.Name;
        var space = (type.Namespace ?? "").StartsWith(Root, StringComparison.Ordinal) ? type.Namespace![Root.Length..] : "";
        return space switch
        {
            "" => $"fairlead.{name}",
            "Meta.V1" => MetaPrefix + name,
            "ApiExtensions.V1" => $"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.{name}",
            "ApiRegistration.V1" => $"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.{name}",
            _ => $"io.k8s.api.{space.ToLowerInvariant()}.{name}",
        };
    }
}
