using Fairlead.Linux.Namespaces;

namespace Fairlead.Cli.Cluster;

/// <summary>
/// The host's part in forwarding: ip_forward, and one rule that masquerades what leaves the machine. IPv6 stays on the
/// machine: forwarding it would make the host deaf to its own router's advertisements.
/// </summary>
public static class HostFirewall
{
    const string Forward = "net/ipv4/ip_forward";

    public static async Task CreateAsync(ClusterLayout layout, CancellationToken cancellation)
    {
        // What was there before is noted, for the removal; a second run must not overwrite the note.
        if (!File.Exists(NoteOf(layout))) File.WriteAllText(NoteOf(layout), Sysctl.Read(Forward));
        Sysctl.Write(Forward, "1");
        await Tool.RunAsync(["nft", "-f", "-"], Rules(layout), cancellation).ConfigureAwait(false);
    }

    /// <summary>The table as nft text; loading it twice is the same as once.</summary>
    internal static string Rules(ClusterLayout layout)
    {
        var (pods, services, nodes) = (layout.Options.ClusterCidr.IPv4, layout.Options.ServiceCidr.IPv4, layout.Options.NodeCidr.IPv4);
        return $$"""
            table ip {{layout.NftTable}}
            delete table ip {{layout.NftTable}}
            table ip {{layout.NftTable}} {
              chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr { {{pods}}, {{nodes}} } ip daddr != { {{pods}}, {{services}}, {{nodes}} } counter masquerade comment "leaves the machine"
              }
            }

            """;
    }

    public static async Task RemoveAsync(ClusterLayout layout, CancellationToken cancellation)
    {
        await Tool.RunAsync(["nft", "-f", "-"], $"table ip {layout.NftTable}\ndelete table ip {layout.NftTable}\n", cancellation).ConfigureAwait(false);
        // Other clusters on this machine need forwarding as much as this one did.
        var others = Directory.Exists("/run/fairlead") && Directory.GetDirectories("/run/fairlead").Any(d => d != layout.RunFolder);
        if (!others && File.Exists(NoteOf(layout))) Sysctl.Write(Forward, File.ReadAllText(NoteOf(layout)));
    }

    static string NoteOf(ClusterLayout layout) => layout.RunFolder + "/ip_forward";
}
