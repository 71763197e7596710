using System.Diagnostics;
using System.Text;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Server.Tests.CustomResources;

/// <summary>Objects that nest deeper than most readers of JSON take: what is stored is served in every form, and its readers read it.</summary>
[Collection(nameof(TestServer))]
public sealed class DeepObjectTests(TestServer server)
{
    const string Definition = """
        {"metadata":{"name":"deeps.deep.example.com"},"spec":{"group":"deep.example.com","scope":"Namespaced","names":{"plural":"deeps","kind":"Deep"},
         "versions":[{"name":"v1","served":true,"storage":true,
          "subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}},
          "additionalPrinterColumns":[{"name":"color","type":"string","jsonPath":".spec.color"}],
          "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{
           "replicas":{"type":"integer"},"color":{"type":"string","default":"red"},"free":{"x-kubernetes-preserve-unknown-fields":true}}},
           "status":{"type":"object","properties":{"replicas":{"type":"integer"}}}}}}}]}}
        """;

    [Fact]
    public async Task What_nests_deep_is_served_in_every_form()
    {
        Assert.Equal(201, (await server.PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Definition)).Code);
        var ns = await server.NamespaceAsync("deep");
        var path = $"/apis/deep.example.com/v1/namespaces/{ns}/deeps";
        // Objects and lists, so that the owners of fields nest as deep.
        var free = string.Concat(Enumerable.Repeat("{\"a\":[", 60)) + "1" + string.Concat(Enumerable.Repeat("]}", 60));
        var owned = string.Concat(Enumerable.Repeat("{\"a\":", 120)) + "1" + new string('}', 120);
        var body = $$$"""{"apiVersion":"deep.example.com/v1","kind":"Deep","metadata":{"name":"d"},"spec":{"replicas":1,"free":{"x":{{{free}}},"y":{{{owned}}} } } }""";
        var clock = Stopwatch.StartNew();
        Answer made;
        while ((made = await server.PostAsync(path, body)).Code == 404 && clock.Elapsed < TimeSpan.FromSeconds(10)) await Task.Delay(10);
        Assert.True(made.Code == 201, made.Text);
        foreach (var of in (string[])[path, path + "/d"])
        {
            foreach (var accept in (string?[])[null, "application/yaml", "application/json;as=Table;v=v1;g=meta.k8s.io", of == path ? "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io" : "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"])
            {
                var answer = await server.GetAsync(of, accept);
                Assert.True(answer.Code == 200 && answer.Text.Contains("deep.example.com", StringComparison.Ordinal), $"{of} {accept}: {answer.Code} {answer.Text}");
            }
        }
        Assert.Equal(("red", 1), (made.At("spec.color"), (int)(await server.GetAsync(path + "/d/scale")).Json["spec"]!["replicas"]!));
        var scaled = await server.PatchAsync(path + "/d/scale", "application/merge-patch+json", """{"spec":{"replicas":2}}""");
        Assert.True(scaled.Code == 200 && scaled.At("spec.replicas") == "2", scaled.Text);
        scaled = await server.PatchAsync(path + "/d/scale?fieldManager=a&force=true", "application/apply-patch+yaml", """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d"},"spec":{"replicas":3}}""");
        Assert.True(scaled.Code == 200 && scaled.At("spec.replicas") == "3", scaled.Text);
        var applied = await server.PatchAsync(path + "/d?fieldManager=b&force=true", "application/apply-patch+yaml", body);
        Assert.True(applied.Code == 200, applied.Text);
        // Controllers read it as records.
        var partial = await server.GetAsync(path + "/d", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
        Assert.Equal("d", ApiJson.Read<PartialObjectMetadata>(Encoding.UTF8.GetBytes(partial.Text)).Metadata.Name);
        Assert.Equal(200, (await server.DeleteAsync(path + "/d")).Code);
    }
}
