using Fairlead.Api.Meta.V1;

namespace Fairlead.Client;

/// <summary>Names an object of a known kind. Namespace is empty for kinds of the whole cluster.</summary>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    public static ObjectKey Of(KubeObject obj) => new(obj.Metadata.Namespace ?? "", obj.Metadata.Name ?? "");

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
