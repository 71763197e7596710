using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>Kubernetes' addresses and ranges of them (libraries kubernetes.net.ip and net.cidr).</summary>
static class NetworkFunctions
{
    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("ip", (a, _) => a switch { [string text] => CelIP.Parse(text), [CelCidr range] => range.Address, _ => Library.NotMine }),
        ("isIP", (a, _) => a is [string text] ? CelIP.TryParse(text, out CelIP _) is null : Library.NotMine),
        ("ip.isCanonical", (a, _) => a is [string text] ? CelIP.Parse(text).ToString() == text : Library.NotMine),
        ("family", (a, _) => a is [CelIP ip] ? ip.V6 ? 6L : 4L : Library.NotMine),
        Is("isUnspecified", ip => ip.IsUnspecified),
        Is("isLoopback", ip => ip.IsLoopback),
        Is("isLinkLocalMulticast", ip => ip.IsLinkLocalMulticast),
        Is("isLinkLocalUnicast", ip => ip.IsLinkLocalUnicast),
        Is("isGlobalUnicast", ip => ip.IsGlobalUnicast),
        ("cidr", (a, _) => a is [string text] ? CelCidr.Parse(text) : Library.NotMine),
        ("isCIDR", (a, _) => a is [string text] ? CelCidr.TryParse(text, out CelCidr _) is null : Library.NotMine),
        ("containsIP", (a, _) => a switch
        {
            [CelCidr range, CelIP ip] => range.Contains(ip),
            [CelCidr range, string text] => range.Contains(CelIP.Parse(text)),
            _ => Library.NotMine,
        }),
        ("containsCIDR", (a, _) => a switch
        {
            [CelCidr range, CelCidr other] => range.Contains(other),
            [CelCidr range, string text] => range.Contains(CelCidr.Parse(text)),
            _ => Library.NotMine,
        }),
        ("masked", (a, _) => a is [CelCidr range] ? range.Masked : Library.NotMine),
        ("prefixLength", (a, _) => a is [CelCidr range] ? (long)range.Prefix : Library.NotMine),
        ("string", (a, _) => a switch { [CelIP ip] => ip.ToString(), [CelCidr range] => range.ToString(), _ => Library.NotMine }),
    ];

    static (string, CelFunction) Is(string name, Func<CelIP, bool> test) => (name, (a, _) => a is [CelIP ip] ? test(ip) : Library.NotMine);
}
