using System.Text;
using System.Text.Json;
using Fairlead.Api.Discovery.V1;
using Fairlead.Api.Json;
using Fairlead.Network.Services;

namespace Fairlead.Network.Tests.Services;

/// <summary>What is read of slices is what the records' own decoder reads, less what is left out.</summary>
public class SliceReaderTests
{
    [Theory]
    [InlineData("""{"metadata":{"name":"s"},"addressType":"IPv4","endpoints":[]}""")]
    [InlineData("""{"metadata":{"name":"s","namespace":"n","resourceVersion":"7","labels":{"a":"b","c":"d"},"annotations":{"e":"f"}},"addressType":"IPv6","endpoints":null,"ports":null}""")]
    [InlineData("""{"ports":[{"name":"","protocol":"UDP","port":53},{"port":80,"appProtocol":"kubernetes.io/h2c"},{}],"endpoints":[{"addresses":["10.0.0.1"]}],"metadata":{},"addressType":"IPv4"}""")]
    [InlineData("""{"metadata":{"name":"s"},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1","10.0.0.2"],"conditions":{"ready":true,"serving":null,"terminating":false},"hostname":"h","zone":"z","hints":{"forZones":[{"name":"z"}],"forNodes":[{"name":"m"}]},"deprecatedTopology":{"x":"y"}},{"addresses":[],"conditions":{}},{"addresses":null,"conditions":null}]}""")]
    [InlineData("""{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":{"name":"\u0073-\"q\"","unknown":{"deep":[1,{"x":null}]}},"unknown":[[]],"addressType":"IPv4","endpoints":[{"unknown":{},"addresses":["1\u002e2.3.4"],"nodeName":"n\u0031"}]}""")]
    [InlineData("""{"metadata":{"name":"s"},"addressType":"IPv4","endpoints":[{"addresses":["a"],"zone":"z","hints":{"forZones":[{"name":"z"}]}},{"addresses":["bc"],"zone":"z","hints":{"forZones":[{"name":"z"}]}},{"addresses":[""],"zone":"z"},{"zone":"z"},{"addresses":["d","é"]},{"addresses":["é"]},{"addresses":["e"],"zone":"y"}]}""")]
    public void NothingElseIsLost(string json) => Assert.Equal(Whole(json), Text(Read(json)));

    [Theory]
    [InlineData("\"targetRef\":{\"kind\":\"Pod\",\"uid\":\"u\"},\"nodeName\":\"here\"", "u")]
    [InlineData("\"nodeName\":\"here\",\"targetRef\":{\"name\":\"p\",\"uid\":\"u\",\"x\":{}}", "u")]
    [InlineData("\"nodeName\":\"there\",\"targetRef\":{\"uid\":\"u\"}", null)]
    [InlineData("\"targetRef\":{\"uid\":\"u\"}", null)]
    [InlineData("\"nodeName\":\"here\",\"targetRef\":null", null)]
    public void OfPodsOnlyThoseOfTheNodeAreKnown(string fields, string? uid)
    {
        var endpoint = Read($$"""{"metadata":{},"endpoints":[{"addresses":["10.0.0.1"],{{fields}}}]}""").Endpoints![0];
        Assert.Equal(uid, endpoint.TargetRef?.Uid);
        Assert.Null(endpoint.TargetRef?.Name);
    }

    [Fact]
    public void OfAFieldThatIsThereTwiceTheLastCounts()
    {
        var endpoints = Read("""{"metadata":{},"endpoints":[{"addresses":["10.0.0.1"],"addresses":["10.0.0.2"]},{"addresses":["10.0.0.3","10.0.0.4"],"addresses":["10.0.0.5"]},{"addresses":["10.0.0.6"]}]}""").Endpoints!;
        Assert.Equal(["10.0.0.2", "10.0.0.5", "10.0.0.6"], endpoints.Select(e => Assert.Single(e.Addresses!)));
    }

    [Fact]
    public void WhatEndpointsOfManySlicesHaveInCommonIsKeptOnce()
    {
        var reader = new SliceReader("here");
        const string json = """{"metadata":{},"endpoints":[{"addresses":["10.0.0.1"],"nodeName":"n1","conditions":{"ready":true},"zone":"z","hints":{"forZones":[{"name":"z"}]}},{"addresses":["10.0.0.2"],"nodeName":"n2","zone":"z"}]}""";
        EndpointSlice Next()
        {
            var bytes = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
            bytes.Read();
            return reader.Read(ref bytes);
        }
        var (first, second) = (Next().Endpoints!, Next().Endpoints!);
        Assert.Equal(["10.0.0.1", "10.0.0.2"], second.Select(e => Assert.Single(e.Addresses!)));
        Assert.Same(first[0].Hints, second[0].Hints);
        Assert.Same(first[0].Conditions, second[0].Conditions);
        Assert.Same(first[1].NodeName, second[1].NodeName);
    }

    [Fact]
    public void OwnersAndWritersAreLeftOut()
    {
        var metadata = Read("""{"metadata":{"name":"s","uid":"u","generation":3,"ownerReferences":[{"name":"o"}],"managedFields":[{"manager":"m"}],"creationTimestamp":"2026-01-01T00:00:00Z"},"addressType":"IPv4"}""").Metadata;
        Assert.Equal(("s", null, null, null, null), (metadata.Name, metadata.Uid, metadata.OwnerReferences, metadata.ManagedFields, metadata.CreationTimestamp));
    }

    [Theory]
    [InlineData("[]", "an object is expected")]
    [InlineData("""{"metadata":[]}""", "an object is expected")]
    [InlineData("""{"endpoints":{}}""", "a list is expected")]
    [InlineData("""{"endpoints":[{"addresses":["10.0.0.1",7]}]}""", "a text is expected")]
    [InlineData("""{"endpoints":[{"conditions":{"ready":"yes"}}]}""", "true or false is expected")]
    [InlineData("""{"ports":[{"port":1.5}]}""", "a whole number is expected")]
    [InlineData("""{"endpoints":[{"nodeName":["n"]}]}""", "a text is expected")]
    public void WhatIsNoSliceIsRefused(string json, string why) => Assert.Contains(why, Assert.ThrowsAny<JsonException>(() => Read(json)).Message);

    [Fact]
    public void WhatEndsTooEarlyIsRefused()
    {
        const string json = """{"metadata":{"name":"s","labels":{"a":"b"}},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true}}],"ports":[{"port":80}]}""";
        for (var length = 1; length < json.Length; length++) Assert.ThrowsAny<JsonException>(() => Read(json[..length]));
    }

    static EndpointSlice Read(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        var slice = new SliceReader("here").Read(ref reader);
        Assert.False(reader.Read(), "the reader stands on the slice's end");
        return slice;
    }

    static string Whole(string json) => Text(KindOf<EndpointSlice>.Stamp(ApiJson.Read<EndpointSlice>(Encoding.UTF8.GetBytes(json))));

    static string Text(EndpointSlice slice) => Encoding.UTF8.GetString(ApiJson.Write(slice));
}
