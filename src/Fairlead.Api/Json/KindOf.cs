using System.Reflection;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Json;

/// <summary>The names of the kind whose wire form is <typeparamref name="T"/>, from its <see cref="KindAttribute"/>.</summary>
public static class KindOf<T> where T : KubeObject
{
    static readonly KindAttribute Names = typeof(T).GetCustomAttribute<KindAttribute>()
        ?? throw new InvalidOperationException($"{typeof(T).Name} has no [Kind] attribute.");

    public static string Group => Names.Group;
    public static string Version => Names.Version;
    public static string Plural => Names.Plural;
    public static string Kind { get; } = Names.Name ?? typeof(T).Name;
    public static bool Namespaced => Names.Namespaced;
    public static string ApiVersion { get; } = Names.Group.Length == 0 ? Names.Version : $"{Names.Group}/{Names.Version}";

    /// <summary>The path of the collection: /api/v1/namespaces/NS/pods, or without a namespace the path over all of them.</summary>
    public static string Path(string? ns) =>
        (Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}")
        + (Namespaced && !string.IsNullOrEmpty(ns) ? $"/namespaces/{Uri.EscapeDataString(ns)}" : "") + "/" + Plural;

    /// <summary>The object with apiVersion and kind filled in.</summary>
    public static T Stamp(T obj) => obj with { ApiVersion = ApiVersion, Kind = Kind };
}
