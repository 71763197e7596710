using Fairlead.Dataplanes.Iptables;
using Fairlead.Dataplanes.Ipvs;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Ipvs;

/// <summary>
/// The lab with IPVS in settings of a test's own. Such tests are explicit: they run in a kernel that has IPVS, in the lane that
/// asks for them.
/// </summary>
static class IpvsLab
{
    /// <summary>Data planes with these settings that serve one Service of four Pods; see <see cref="Objects.Spec"/>.</summary>
    public static Planes Serve(Lab lab, IpvsSettings settings)
    {
        lab.Clear();
        var planes = lab.Use(new Mode($"ipvs {settings.Scheduler}", _ => new IpvsDataplane(settings, IptablesVariant.Legacy)));
        planes.Converge(Cluster(lab, 1, 2, 3, 4));
        lab.ForgetFlows();
        return planes;
    }

    public static ClusterSnapshot Cluster(Lab lab, params int[] pods) => Objects.Cluster(lab).With(Objects.Spec(), pods);

    /// <summary>What a program prints on a node, a line each.</summary>
    public static string[] Print(LabNode node, string command) => node.Run(() =>
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    });
}
