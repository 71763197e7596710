using Fairlead.Network.Configuration;

namespace Fairlead.Dataplanes.Tests.Switching;

/// <summary>An order of modes in which each follows each other one exactly once.</summary>
static class ModeTour
{
    /// <summary>To each other mode and back: n others make 2 n switches.</summary>
    public static IReadOnlyList<ProxyMode> Around(ProxyMode centre, IEnumerable<ProxyMode> others) => [centre, .. others.SelectMany(o => (ProxyMode[])[o, centre])];

    /// <summary>A closed walk over every ordered pair (Hierholzer): n modes make n (n - 1) switches.</summary>
    public static IReadOnlyList<ProxyMode> Of(IReadOnlyList<ProxyMode> modes)
    {
        var open = modes.ToDictionary(m => m, m => new Queue<ProxyMode>(modes.Where(other => other != m)));
        var (path, tour) = (new Stack<ProxyMode>([modes[0]]), new List<ProxyMode>());
        while (path.TryPeek(out var at))
        {
            if (open[at].TryDequeue(out var next)) path.Push(next);
            else tour.Insert(0, path.Pop());
        }
        return tour;
    }
}
