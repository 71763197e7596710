namespace Fairlead.Cel.Values;

/// <summary>A map that an expression has made.</summary>
sealed class CelMap : ICelMap
{
    readonly Dictionary<object, object?> entries = new(new KeyEquality());

    public int Count => entries.Count;
    public IEnumerable<object?> Keys => entries.Keys;

    public bool TryGet(object? key, out object? value)
    {
        value = null;
        return key is not null && entries.TryGetValue(key, out value);
    }

    public void Add(object? key, object? value)
    {
        if (key is not (string or long or ulong or bool)) throw new CelException($"unsupported key type: {Operations.TypeName(key)}");
        if (!entries.TryAdd(key, value)) throw new CelException("insert failed: key already exists");
    }

    sealed class KeyEquality : IEqualityComparer<object>
    {
        bool IEqualityComparer<object>.Equals(object? x, object? y) => Operations.Same(x, y);

        // Numbers of all types that are the same number have one hash.
        int IEqualityComparer<object>.GetHashCode(object obj) => obj is long or ulong or double ? Convert.ToDouble(obj, System.Globalization.CultureInfo.InvariantCulture).GetHashCode() : obj.GetHashCode();
    }
}
