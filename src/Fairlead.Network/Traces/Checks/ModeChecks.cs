using Fairlead.Network.Configuration;
using Fairlead.Network.Services;
using Fairlead.Network.Traces.Causes;

namespace Fairlead.Network.Traces.Checks;

/// <summary>What a data plane's mode can't serve.</summary>
static class ModeChecks
{
    public static Finding? Lacks(ProxyMode mode, Frontend frontend) => (mode, frontend.Key.Protocol) switch
    {
        // A proxy of this kind opens sockets, and there are none for SCTP here.
        (ProxyMode.Userspace, TransportProtocol.Sctp) => Finding(mode, frontend, "SCTP"),
        _ => null,
    };

    static Finding Finding(ProxyMode mode, Frontend frontend, string what) => new(KnownCauses.ModeLacksSupport,
        $"Mode {mode.ToString().ToLowerInvariant()} does not serve {what}: Service {frontend.Service} port {frontend.Key.Port} leads nowhere.",
        "Choose another mode, such as nftables, in ConfigMap kube-system/kube-proxy.", new("ConfigMap", "kube-system", "kube-proxy", "data.config.conf mode"));
}
