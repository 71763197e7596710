namespace Fairlead.Cel.Values;

/// <summary>A map or an object, as expressions see it. What implements it may read its fields as they are asked for.</summary>
public interface ICelMap
{
    int Count { get; }
    IEnumerable<object?> Keys { get; }
    bool TryGet(object? key, out object? value);
}
