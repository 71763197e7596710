using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Addresses;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>The addresses of the Service that <see cref="Objects.Spec"/> describes, by the words that the rows use.</summary>
static class Destinations
{
    public const int Port = 80, NodePort = 30080;

    /// <summary>What a word stands for in one family, with its port; null where the family has no such thing.</summary>
    public static (Address Address, int Port)? Find(string word, bool ipv6) => word switch
    {
        "clusterIP" => (LabPlan.ClusterIP(1, ipv6), Port),
        "external" => (LabPlan.External(1, ipv6), Port),
        "balancer" => (LabPlan.External(5, ipv6), Port),
        "n1" => (LabPlan.Node(1, ipv6), NodePort),
        "n2" => (LabPlan.Node(2, ipv6), NodePort),
        // Of n1: one that no Node status mentions, and one of the links to its Pods.
        "third" => (LabPlan.Third(ipv6), NodePort),
        "gateway" => (LabPlan.Gateway(1, ipv6), NodePort),
        "loopback" => ipv6 ? null : (Address.Parse("127.0.0.1"), NodePort),
        _ => throw new ArgumentException($"destination {word}"),
    };
}
