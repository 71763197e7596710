using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Dataplanes.Ebpf;
using Fairlead.Dataplanes.Iptables;
using Fairlead.Dataplanes.Ipvs;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Network.Addresses;
using Fairlead.Network.Configuration;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests;

/// <summary>
/// One folder a case under Golden: in.json, a list of API objects, beside one file a mode, what node n1 renders from it. With
/// FAIRLEAD_GOLDEN=write in the environment the outputs are rewritten in the source tree.
/// </summary>
public class GoldenTests
{
    static readonly ImmutableHashSet<Address> Node = [Address.Parse("192.0.2.1"), Address.Parse("2001:db8::1")];

    static readonly Dictionary<string, Func<NodeTable, string>> Modes = new()
    {
        ["out.nft"] = table => string.Concat(NftFamily.Both.Select(f => NftablesRules.Render(table, f).ToText())),
        ["out.iptables"] = table => string.Concat(IptablesFamily.Both.Select(f => $"# {f.Program}\n{IptablesRules.Render(table, f).ToText(whole: false)}")),
        ["out.bpf"] = table => EbpfRules.Render(table with { NodePortAddresses = Node }, new("")).ToText(),
        // Without a Node there would be no node port: its addresses are given here.
        ["out.ipvs"] = table => string.Concat(IpvsFamily.Both.Select(f => $"# {f}\n{IpvsRules.Render(table with { NodePortAddresses = Node }, f, IpvsSettings.Default).ToText()}")),
    };

    static readonly string Source = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../Golden"));

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var folder in Directory.GetDirectories(Source).Order(StringComparer.Ordinal))
            {
                foreach (var mode in Modes.Keys) cases.Add(Path.GetFileName(folder), mode);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Renders(string name, string mode)
    {
        var folder = Path.Combine(Source, name);
        var text = Modes[mode](ServiceResolver.Resolve(Read(Path.Combine(folder, "in.json")), "n1"));

        var file = Path.Combine(folder, mode);
        if (Environment.GetEnvironmentVariable("FAIRLEAD_GOLDEN") == "write") File.WriteAllText(file, text);
        Assert.Equal(File.ReadAllText(file), text);
    }

    static ClusterSnapshot Read(string file)
    {
        var snapshot = new ClusterSnapshot { PodRanges = [AddressRange.Parse("10.244.0.0/16")] };
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (var item in document.RootElement.EnumerateArray())
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(item);
            snapshot = item.GetProperty("kind").GetString() switch
            {
                "Service" => snapshot.With(ApiJson.Read<Service>(json)),
                "EndpointSlice" => snapshot.With(ApiJson.Read<EndpointSlice>(json)),
                var kind => throw new InvalidDataException($"{file}: kind {kind}"),
            };
        }
        return snapshot;
    }
}
