using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Scheduler;

/// <summary>Amounts by resource name: cpu in thousandths of a core, everything else in whole units (bytes, counts).</summary>
public sealed class ResourceAmounts
{
    readonly Dictionary<string, long> amounts = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, long>> All => amounts;

    public long this[string name] => amounts.GetValueOrDefault(name);

    public static ResourceAmounts Of(IReadOnlyDictionary<string, Quantity>? quantities)
    {
        var result = new ResourceAmounts();
        foreach (var (name, quantity) in quantities ?? new Dictionary<string, Quantity>()) result.amounts[name] = Amount(name, quantity);
        return result;
    }

    /// <summary>
    /// What a Pod asks for: its containers and sidecars together, or its largest init container with the sidecars
    /// started before it if that is more; and its overhead.
    /// </summary>
    public static ResourceAmounts Requested(PodSpec? spec) => Sum(spec, Of);

    /// <summary>
    /// The same with 100m of cpu and 200 MB of memory for each container that asks for none, as upstream's scores
    /// assume: else any number of such Pods would go to one node.
    /// </summary>
    public static ResourceAmounts Weighed(PodSpec? spec) => Sum(spec, quantities =>
    {
        var amounts = Of(quantities);
        amounts.amounts.TryAdd("cpu", 100);
        amounts.amounts.TryAdd("memory", 200 * 1024 * 1024);
        return amounts;
    });

    static ResourceAmounts Sum(PodSpec? spec, Func<IReadOnlyDictionary<string, Quantity>?, ResourceAmounts> read)
    {
        var running = new ResourceAmounts();
        foreach (var container in spec?.Containers ?? []) running.Add(read(container.Resources?.Requests), 1);
        var sidecars = new ResourceAmounts();
        var starting = new ResourceAmounts();
        foreach (var container in spec?.InitContainers ?? [])
        {
            var asked = read(container.Resources?.Requests);
            if (container.RestartPolicy == "Always")
            {
                sidecars.Add(asked, 1);
                starting.RaiseTo(sidecars);
                continue;
            }
            asked.Add(sidecars, 1);
            starting.RaiseTo(asked);
        }
        running.Add(sidecars, 1);
        running.RaiseTo(starting);
        running.Add(Of(spec?.Overhead), 1);
        return running;
    }

    /// <summary>Adds (sign 1) or takes away (sign -1) other amounts.</summary>
    public void Add(ResourceAmounts other, int sign)
    {
        foreach (var (name, amount) in other.amounts) amounts[name] = amounts.GetValueOrDefault(name) + sign * amount;
    }

    void RaiseTo(ResourceAmounts other)
    {
        foreach (var (name, amount) in other.amounts) amounts[name] = Math.Max(amounts.GetValueOrDefault(name), amount);
    }

    static long Amount(string name, Quantity quantity) => name == "cpu" ? quantity.MilliValue : quantity.Value;
}
