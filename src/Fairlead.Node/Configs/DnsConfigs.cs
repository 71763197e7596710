using Fairlead.Api.Core.V1;
using Fairlead.Node.Pods;

namespace Fairlead.Node.Configs;

/// <summary>A resolv.conf in its three parts.</summary>
sealed record ResolvConf(IReadOnlyList<string> Servers, IReadOnlyList<string> Searches, IReadOnlyList<string> Options)
{
    /// <summary>Reads a resolv.conf; the last search line counts, comments and unknown keywords do not.</summary>
    public static ResolvConf Parse(string text)
    {
        var servers = new List<string>();
        string[] searches = [], options = [];
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2) continue;
            if (words[0] == "nameserver") servers.Add(words[1]);
            else if (words[0] is "search" or "domain") searches = [.. words[1..].Where(s => s != ".").Select(s => s.TrimEnd('.'))];
            else if (words[0] == "options") options = words[1..];
        }
        return new(servers, searches, options);
    }
}

/// <summary>The resolv.conf of a Pod by dnsPolicy and dnsConfig. Pure.</summary>
static class DnsConfigs
{
    const int MostServers = 3, MostSearches = 32;

    public static ResolvConf Of(Pod pod, KubeletOptions options, ResolvConf node)
    {
        var policy = pod.Spec?.DnsPolicy ?? "ClusterFirst";
        if (policy == "ClusterFirst" && PodRules.HostNetwork(pod)) policy = "Default";
        var chosen = policy switch
        {
            "None" => new([], [], []),
            "Default" => node,
            _ when options.ClusterDns is null => node,
            _ => Cluster(pod.Metadata.Namespace!, options, node),
        };
        var own = pod.Spec?.DnsConfig;
        return new(
            [.. chosen.Servers.Concat(own?.Nameservers ?? []).Distinct().Take(MostServers)],
            [.. chosen.Searches.Concat(own?.Searches ?? []).Distinct().Take(MostSearches)],
            Merge(chosen.Options, own?.Options ?? []));
    }

    static ResolvConf Cluster(string ns, KubeletOptions options, ResolvConf node)
    {
        var domain = options.ClusterDomain;
        return new([options.ClusterDns!.ToString()], [$"{ns}.svc.{domain}", $"svc.{domain}", domain, .. node.Searches], ["ndots:5"]);
    }

    // An option of the Pod replaces one of the same name.
    static List<string> Merge(IReadOnlyList<string> options, IReadOnlyList<PodDNSConfigOption> own)
    {
        var names = own.Select(o => o.Name).ToHashSet();
        return [.. options.Where(o => !names.Contains(o.Split(':')[0])), .. own.Select(o => string.IsNullOrEmpty(o.Value) ? o.Name! : $"{o.Name}:{o.Value}")];
    }
}
