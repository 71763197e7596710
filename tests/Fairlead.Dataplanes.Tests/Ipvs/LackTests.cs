using Fairlead.Dataplanes.Iptables;
using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Configuration;

namespace Fairlead.Dataplanes.Tests.Ipvs;

/// <summary>What is said of a kernel that has IPVS and no nftables of family ip, as user-mode Linux has. Needs root and it.</summary>
[Collection(KernelCollection.Name)]
public sealed class LackTests(Lab lab)
{
    [Fact(Explicit = true)]
    public void WhatNeedsNftablesSaysSo() => lab.Nodes[0].Run(() =>
    {
        foreach (var entry in DataplaneCatalog.All)
        {
            var lack = entry.Mode is ProxyMode.Iptables or ProxyMode.Ipvs ? null : "the kernel has no nftables of family ip";
            Assert.Equal((entry.Mode, lack), (entry.Mode, entry.Lacks()));
        }
    });

    [Fact(Explicit = true)]
    public void TheVariantIsTheOneThatTheKernelServes() => Assert.Equal(IptablesVariant.Legacy, lab.Nodes[0].Run(VariantDetection.Detect));
}
