namespace Fairlead.Cli.Cluster;

/// <summary>The machine's resolv.conf as nodes can use it.</summary>
public static class ResolvConf
{
    const string Usual = "/etc/resolv.conf", OfSystemd = "/run/systemd/resolve/resolv.conf";

    /// <summary>
    /// systemd-resolved listens on the host's loopback, which is not a node's: then its own list of servers is taken.
    /// </summary>
    public static string Path => File.Exists(OfSystemd) && File.Exists(Usual) && OnlyLoopback(File.ReadLines(Usual)) ? OfSystemd : Usual;

    internal static bool OnlyLoopback(IEnumerable<string> lines)
    {
        var servers = lines.Select(l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(w => w is ["nameserver", _, ..]).Select(w => w[1]).ToArray();
        return servers.Length > 0 && servers.All(s => s.StartsWith("127.", StringComparison.Ordinal) || s == "::1");
    }
}
