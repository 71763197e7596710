namespace Fairlead.Network.Traces;

/// <summary>Names a Pod.</summary>
public readonly record struct PodKey(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}/{Name}";
}
