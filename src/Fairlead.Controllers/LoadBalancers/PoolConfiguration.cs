using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Resources;
using Fairlead.Api.Yaml;
using Fairlead.Json;

namespace Fairlead.Controllers.LoadBalancers;

/// <summary>Reads the pools from ConfigMap kube-system/load-balancer-pools. Pure.</summary>
/// <example><code>
/// data:
///   pools.yaml: |
///     - name: default
///       addresses: [192.0.2.200-192.0.2.250, 2001:db8::200/120]
///     - name: reserved
///       addresses: [192.0.2.192/29]
///       autoAssign: false
/// </code></example>
public static class PoolConfiguration
{
    public const string Namespace = "kube-system";
    public const string Name = "load-balancer-pools";
    public const string Entry = "pools.yaml";

    static readonly string[] Fields = ["name", "addresses", "autoAssign"];

    /// <summary>The pools; none if there is no such map or entry.</summary>
    /// <exception cref="FormatException">The text is not a list of pools; the message says where.</exception>
    public static IReadOnlyList<AddressPool> Read(ConfigMap? map)
    {
        if (map?.Data?.GetValueOrDefault(Entry) is not { } text) return [];
        JsonNode? tree;
        try { tree = YamlInput.Parse(Encoding.UTF8.GetBytes(text)); }
        catch (MalformedInputException e) { throw new FormatException($"{Entry}: {e.Message}"); }
        if (tree is null) return [];
        if (tree is not JsonArray list) throw new FormatException($"{Entry}: must be a list of pools");
        List<AddressPool> pools = [.. list.Select((pool, i) => Pool(pool, $"{Entry}[{i}]"))];
        if (pools.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new FormatException($"{Entry}: pool {twice.Key} is there twice");
        return pools;
    }

    static AddressPool Pool(JsonNode? node, string path)
    {
        if (node is not JsonObject pool) throw new FormatException($"{path}: must be a pool with name and addresses");
        if (pool.FirstOrDefault(f => !Fields.Contains(f.Key)).Key is { } unknown) throw new FormatException($"{path}.{unknown}: unknown field");
        if (pool.Text("name") is not { Length: > 0 } name) throw new FormatException($"{path}.name: must be given");
        if (pool["addresses"] is not JsonArray { Count: > 0 }) throw new FormatException($"{path}.addresses: must be a list of ranges");
        if (pool["autoAssign"] is { } auto && auto.GetValueKind() is not (System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False))
            throw new FormatException($"{path}.autoAssign: must be true or false");
        try { return new(name, [.. pool.Texts("addresses").Select(PoolRange.Parse)], pool["autoAssign"] is null || pool.Flag("autoAssign")); }
        catch (FormatException e) { throw new FormatException($"{path}.addresses: {e.Message}"); }
    }
}
