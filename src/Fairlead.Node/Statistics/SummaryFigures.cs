using System.Globalization;
using Fairlead.Json;
using Fairlead.Linux.Files;
using Fairlead.Node.Cgroups;

namespace Fairlead.Node.Statistics;

/// <summary>The parts of one summary, all of one moment.</summary>
/// <param name="Time">When it is made.</param>
sealed record SummaryFigures(DateTimeOffset Time, CpuRates Rates)
{
    // The kubelet tells an interface of this name before the others.
    const string MainInterface = "eth0";

    /// <param name="of">What it is of, known again in the next summary.</param>
    public JsonObject Cpu(string of, CgroupUsage usage)
    {
        var told = Told();
        if (usage.CpuNanoseconds is not { } used) return told;
        if (Rates.Next(of, Time, used) is { } rate) told["usageNanoCores"] = rate;
        told["usageCoreNanoSeconds"] = used;
        return told;
    }

    /// <param name="limit">What of may be taken; null for what has no limit.</param>
    public JsonObject Memory(CgroupUsage usage, long? limit)
    {
        var told = Told();
        if (limit is { } most && usage.WorkingSet is { } set) told["availableBytes"] = Math.Max(0, most - set);
        foreach (var (name, value) in ((string, long?)[])
            [("usageBytes", usage.Memory), ("workingSetBytes", usage.WorkingSet), ("rssBytes", usage.Rss), ("pageFaults", usage.PageFaults), ("majorPageFaults", usage.MajorPageFaults)])
        {
            if (value is { } known) told[name] = known;
        }
        return told;
    }

    public JsonObject Network(IReadOnlyList<InterfaceCounters> interfaces)
    {
        var told = Told();
        foreach (var main in interfaces.Where(i => i.Name == MainInterface)) Add(told, main);
        var all = new JsonArray();
        foreach (var one in interfaces)
        {
            var inner = new JsonObject();
            Add(inner, one);
            all.Add(inner);
        }
        told["interfaces"] = all;
        return told;
    }

    /// <param name="usage">The part of it that is meant.</param>
    public JsonObject FileSystem(FileSystemSpace space, DiskUsage usage)
    {
        var told = Told();
        (told["availableBytes"], told["capacityBytes"], told["usedBytes"]) = (space.Available, space.Capacity, usage.Bytes);
        (told["inodesFree"], told["inodes"], told["inodesUsed"]) = (space.InodesFree, space.Inodes, usage.Inodes);
        return told;
    }

    /// <summary>A time as metav1.Time.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    JsonObject Told() => new() { ["time"] = Text(Time) };

    static void Add(JsonObject told, InterfaceCounters of)
    {
        (told["name"], told["rxBytes"], told["rxErrors"]) = (of.Name, of.ReceivedBytes, of.ReceiveErrors);
        (told["txBytes"], told["txErrors"]) = (of.SentBytes, of.SendErrors);
    }
}
