using Fairlead.Cel.Values;

namespace Fairlead.Cel.Functions;

/// <summary>Kubernetes' addresses of the web (library kubernetes.urls).</summary>
static class UrlFunctions
{
    public static IEnumerable<(string, CelFunction)> All =>
    [
        ("url", (a, _) => a is [string text] ? CelUrl.Parse(text) : Library.NotMine),
        ("isURL", (a, _) => a is [string text] ? CelUrl.TryParse(text, out CelUrl _) is null : Library.NotMine),
        ("getScheme", (a, _) => a is [CelUrl url] ? url.Scheme : Library.NotMine),
        ("getHost", (a, _) => a is [CelUrl url] ? url.Host : Library.NotMine),
        ("getHostname", (a, _) => a is [CelUrl url] ? url.Hostname : Library.NotMine),
        ("getPort", (a, _) => a is [CelUrl url] ? url.Port : Library.NotMine),
        ("getEscapedPath", (a, _) => a is [CelUrl url] ? url.EscapedPath : Library.NotMine),
        ("getQuery", (a, cost) => a is [CelUrl url] ? Query(url, cost) : Library.NotMine),
    ];

    static CelMap Query(CelUrl url, CelCost cost)
    {
        cost.Spend(url.RawQuery.Length / 10);
        var map = new CelMap();
        foreach (var (name, values) in url.Query) map.Add(name, values.ToArray<object?>());
        return map;
    }
}
