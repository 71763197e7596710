namespace Fairlead.Network.Services;

/// <summary>Who holds what, when several Services ask for the same: the oldest, and of the same age the first by name.</summary>
sealed class Claims<TKey, TValue> where TKey : notnull where TValue : notnull
{
    sealed record Claim(DateTimeOffset? Created, ServiceKey Service, TValue Value) : IComparable<Claim>
    {
        public int CompareTo(Claim? other)
        {
            if (other is null) return 1;
            var byAge = Comparer<DateTimeOffset?>.Default.Compare(Created, other.Created);
            return byAge != 0 ? byAge : Service.CompareTo(other.Service);
        }
    }

    readonly Dictionary<ServiceKey, List<TKey>> keysOf = [];
    readonly Dictionary<TKey, SortedSet<Claim>> claims = [];

    /// <summary>The value of the one that holds the key; false if nobody asks for it.</summary>
    public bool TryGet(TKey key, out TValue value)
    {
        var found = claims.TryGetValue(key, out var all);
        value = found ? all!.Min!.Value : default!;
        return found;
    }

    /// <summary>Puts what a Service asks for now in the place of what it asked for before.</summary>
    /// <param name="asked">A key named twice is claimed once, with its first value.</param>
    /// <param name="touched">Receives every key that the Service asked for or asks for.</param>
    public void Replace(ServiceKey service, DateTimeOffset? created, IEnumerable<(TKey Key, TValue Value)> asked, ISet<TKey> touched)
    {
        if (keysOf.Remove(service, out var old))
        {
            foreach (var key in old)
            {
                touched.Add(key);
                var left = claims[key];
                left.RemoveWhere(c => c.Service == service);
                if (left.Count == 0) claims.Remove(key);
            }
        }
        var now = new List<TKey>();
        foreach (var (key, value) in asked)
        {
            touched.Add(key);
            if (!claims.TryGetValue(key, out var set)) claims[key] = set = [];
            if (set.Add(new(created, service, value))) now.Add(key);
        }
        if (now.Count > 0) keysOf[service] = now;
    }
}
