using System.Text;
using Fairlead.Api.Json;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Kinds;

/// <summary>Old versions: what they say in the stored form, and that the way there and back changes nothing.</summary>
public sealed class LegacyVersionTests
{
    [Theory]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"topology":{"kubernetes.io/hostname":"n","topology.kubernetes.io/zone":"z","x":"y"},"nodeName":"n"}]}""",
        """{"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"nodeName":"n","zone":"z","deprecatedTopology":{"x":"y"}}]}""")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"topology":{"kubernetes.io/hostname":"other"},"nodeName":"n"}]}""",
        """{"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"nodeName":"n","deprecatedTopology":{"kubernetes.io/hostname":"other"}}]}""")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true},"hints":{"forZones":[{"name":"a"}]}}],"ports":[{"name":"p","protocol":"TCP","port":80}]}""",
        """{"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true},"hints":{"forZones":[{"name":"a"}]}}],"ports":[{"name":"p","protocol":"TCP","port":80}]}""")]
    [InlineData("CronJob", """{"spec":{"schedule":"* * * * *","timeZone":"Etc/UTC"}}""", """{"spec":{"schedule":"* * * * *","timeZone":"Etc/UTC"}}""")]
    [InlineData("PodDisruptionBudget", """{"spec":{"selector":{}}}""", """{"spec":{"selector":{"matchExpressions":[{"key":"pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match","operator":"Exists"}]}}}""")]
    [InlineData("PodDisruptionBudget", """{"spec":{"selector":{"matchExpressions":[{"key":"pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match","operator":"DoesNotExist"}]}}}""", """{"spec":{"selector":{}}}""")]
    [InlineData("PodDisruptionBudget", """{"spec":{"selector":{"matchLabels":{"a":"b"}}}}""", """{"spec":{"selector":{"matchLabels":{"a":"b"}}}}""")]
    [InlineData("Ingress", """{"spec":{"backend":{"serviceName":"s","servicePort":80},"rules":[{"host":"a","http":{"paths":[{"path":"/","pathType":"Exact","backend":{"serviceName":"t","servicePort":"http"}},{"backend":{"resource":{"kind":"B","name":"b"}}}]}}]}}""",
        """{"spec":{"defaultBackend":{"service":{"name":"s","port":{"number":80}}},"rules":[{"host":"a","http":{"paths":[{"path":"/","pathType":"Exact","backend":{"service":{"name":"t","port":{"name":"http"}}}},{"backend":{"resource":{"kind":"B","name":"b"}}}]}}]}}""")]
    [InlineData("IngressClass", """{"spec":{"controller":"a/b"}}""", """{"spec":{"controller":"a/b"}}""")]
    [InlineData("HorizontalPodAutoscaler", """{"spec":{"maxReplicas":3,"metrics":[{"type":"Resource"}],"behavior":{}}}""", """{"spec":{"maxReplicas":3,"metrics":[{"type":"Resource"}],"behavior":{}}}""")]
    public async Task ThereAndBack(string kind, string old, string stored)
    {
        var definition = LegacyResources.All.Single(d => d.Kind == kind);
        var obj = Of(definition, old);
        var there = (await definition.Conversion!([obj], definition.Storage!.ApiVersion, CancellationToken.None))[0];
        Assert.Equal(definition.Storage.ApiVersion, there.Text("apiVersion"));
        Same(Of(definition.Storage, stored), there);
        var back = (await definition.Conversion([there], definition.ApiVersion, CancellationToken.None))[0];
        Same(Of(definition, old), back);
    }

    [Theory]
    [InlineData("EndpointSlice", "discovery.k8s.io/v1beta1 EndpointSlice is deprecated in v1.21+, unavailable in v1.25+; use discovery.k8s.io/v1 EndpointSlice")]
    [InlineData("CronJob", "batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob")]
    [InlineData("PodDisruptionBudget", "policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, unavailable in v1.25+; use policy/v1 PodDisruptionBudget")]
    [InlineData("Ingress", "networking.k8s.io/v1beta1 Ingress is deprecated in v1.19+, unavailable in v1.22+; use networking.k8s.io/v1 Ingress")]
    [InlineData("IngressClass", "networking.k8s.io/v1beta1 IngressClass is deprecated in v1.19+, unavailable in v1.22+; use networking.k8s.io/v1 IngressClass")]
    [InlineData("HorizontalPodAutoscaler", "autoscaling/v2beta2 HorizontalPodAutoscaler is deprecated in v1.23+, unavailable in v1.26+; use autoscaling/v2 HorizontalPodAutoscaler")]
    public void EachWarnsInUpstreamsWords(string kind, string warning) => Assert.Equal(warning, LegacyResources.All.Single(d => d.Kind == kind).Deprecation);

    [Fact]
    public void EachIsServedBesideItsKindAndNothingElseChanges()
    {
        var with = LegacyResources.With(BuiltInResources.All);
        Assert.Equal(BuiltInResources.All.Count + LegacyResources.All.Count, with.Count);
        foreach (var old in LegacyResources.All) Assert.Same(old.Storage, Assert.Single(with, d => d.ApiVersion == old.Storage!.ApiVersion && d.Plural == old.Plural));
        Assert.All(with.Where(d => LegacyResources.All.All(o => (o.Group, o.Plural) != (d.Group, d.Plural))), d => Assert.Contains(d, BuiltInResources.All));
        Assert.All(LegacyResources.All, d => Assert.NotEmpty(d.Schema.Value.Properties!));
    }

    [Fact]
    public void RecordsWriteWhatTheyRead()
    {
        const string json = """{"kind":"Ingress","apiVersion":"networking.k8s.io/v1beta1","metadata":{"name":"i"},"spec":{"backend":{"serviceName":"s","servicePort":"http"},"rules":[{"http":{"paths":[{"path":"/","pathType":"Exact","backend":{"serviceName":"s","servicePort":80}}]}}]}}""";
        Assert.Equal(json, Encoding.UTF8.GetString(ApiJson.Write(ApiJson.Read<Networking.V1Beta1.Ingress>(Encoding.UTF8.GetBytes(json)))));
        const string slice = """{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1beta1","metadata":{"name":"s"},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"topology":{"a":"b"},"nodeName":"n"}]}""";
        Assert.Equal(slice, Encoding.UTF8.GetString(ApiJson.Write(ApiJson.Read<Discovery.V1Beta1.EndpointSlice>(Encoding.UTF8.GetBytes(slice)))));
    }

    static JsonObject Of(ResourceDefinition kind, string json)
    {
        var obj = Checked.Parse(json);
        obj["apiVersion"] = kind.ApiVersion;
        return obj;
    }

    static void Same(JsonObject expected, JsonObject found) => Assert.True(JsonNode.DeepEquals(expected, found), $"expected {expected.ToJsonString()}\nfound {found.ToJsonString()}");
}
