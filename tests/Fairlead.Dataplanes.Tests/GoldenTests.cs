using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests;

/// <summary>
/// One folder a case under Golden: in.json, a list of API objects, beside out.nft, what node n1 renders from it. With
/// FAIRLEAD_GOLDEN=write in the environment the outputs are rewritten in the source tree.
/// </summary>
public class GoldenTests
{
    static readonly string Source = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../Golden"));

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Source).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Renders(string name)
    {
        var folder = Path.Combine(Source, name);
        var table = ServiceResolver.Resolve(Read(Path.Combine(folder, "in.json")), "n1");
        var text = string.Concat(NftFamily.Both.Select(f => NftablesRules.Render(table, f).ToText()));

        var file = Path.Combine(folder, "out.nft");
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
