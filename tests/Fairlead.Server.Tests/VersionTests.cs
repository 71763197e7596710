using System.Net.Http.Headers;
using Fairlead.Json;

namespace Fairlead.Server.Tests;

/// <summary>One stored form, several served versions: shown with HorizontalPodAutoscaler, stored as v2, served as v1 too.</summary>
[Collection(nameof(TestServer))]
public sealed class VersionTests(TestServer server)
{
    const string V1 = """{"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"maxReplicas":5,"targetCPUUtilizationPercentage":70}}""";
    const string Memory = """{"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}}""";

    [Fact]
    public async Task What_is_written_in_one_version_is_read_in_the_other()
    {
        var ns = await server.NamespaceAsync("hpa");
        var (v1, v2) = ($"/apis/autoscaling/v1/namespaces/{ns}/horizontalpodautoscalers", $"/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers");
        var made = await server.PostAsync(v1, V1);
        Assert.Equal((201, "autoscaling/v1", "70"), (made.Code, made.At("apiVersion"), made.At("spec.targetCPUUtilizationPercentage")));
        var got = await server.GetAsync(v2 + "/h");
        Assert.Equal("autoscaling/v2", got.At("apiVersion"));
        Assert.Equal("""[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}}]""", got.Json["spec"]!["metrics"]!.ToJsonString());
        Assert.Equal(made.Revision, got.Revision);
        Assert.Equal("autoscaling/v1", (await server.GetAsync(v1)).At("items.0.apiVersion"));
        Assert.Equal("autoscaling/v2", (await server.GetAsync(v2)).At("items.0.apiVersion"));
        Assert.Equal(409, (await server.PostAsync(v2, (await server.GetAsync(v2 + "/h")).Json.Without("resourceVersion"))).Code);
    }

    [Fact]
    public async Task A_client_of_the_old_version_that_writes_back_what_it_read_loses_nothing()
    {
        var ns = await server.NamespaceAsync("hpa");
        var (v1, v2) = ($"/apis/autoscaling/v1/namespaces/{ns}/horizontalpodautoscalers", $"/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers");
        await server.PostAsync(v1, V1);
        var patched = await server.PatchAsync(v2 + "/h", "application/merge-patch+json",
            """{"spec":{"metrics":[""" + Memory + """],"behavior":{"scaleDown":{"stabilizationWindowSeconds":60}}}}""");
        Assert.Equal((200, "60"), (patched.Code, patched.At("spec.behavior.scaleDown.stabilizationWindowSeconds")));
        var old = await server.GetAsync(v1 + "/h");
        Assert.Contains("1Gi", old.Json["metadata"]!["annotations"]!["autoscaling.alpha.kubernetes.io/metrics"]!.GetValue<string>());
        old.Json["spec"]!["maxReplicas"] = 9;
        Assert.Equal(200, (await server.PutAsync(v1 + "/h", old.Json.ToJsonString())).Code);
        var now = await server.GetAsync(v2 + "/h");
        Assert.Equal(("9", "60"), (now.At("spec.maxReplicas"), now.At("spec.behavior.scaleDown.stabilizationWindowSeconds")));
        Assert.Equal($"[{Memory}]", now.Json["spec"]!["metrics"]!.ToJsonString());
        Assert.Null(now.At("metadata.annotations"));
    }

    [Fact]
    public async Task Patches_and_tables_speak_the_version_asked_for()
    {
        var ns = await server.NamespaceAsync("hpa");
        var v1 = $"/apis/autoscaling/v1/namespaces/{ns}/horizontalpodautoscalers";
        await server.PostAsync(v1, V1);
        var patched = await server.PatchAsync(v1 + "/h", "application/json-patch+json", """[{"op":"replace","path":"/spec/targetCPUUtilizationPercentage","value":55}]""");
        Assert.Equal((200, "autoscaling/v1", "55"), (patched.Code, patched.At("apiVersion"), patched.At("spec.targetCPUUtilizationPercentage")));
        var status = await server.PatchAsync(v1 + "/h/status", "application/merge-patch+json", """{"status":{"currentReplicas":2,"currentCPUUtilizationPercentage":40}}""");
        Assert.Equal((200, "40"), (status.Code, status.At("status.currentCPUUtilizationPercentage")));
        foreach (var version in (string[])["v1", "v2"])
        {
            var table = await server.GetAsync(v1.Replace("/v1/", $"/{version}/"), "application/json;as=Table;v=v1;g=meta.k8s.io");
            Assert.Equal(["h", "Deployment/web", "cpu: 40%/55%", "1", "5", "2"], table.Json["rows"]![0]!["cells"]!.AsArray().Take(6).Select(c => c!.ToString()));
        }
        var refused = await server.PatchAsync(v1 + "/h", "application/merge-patch+json", """{"spec":{"maxReplicas":0}}""");
        Assert.Equal(422, refused.Code);
    }

    [Fact]
    public async Task A_watch_speaks_the_version_asked_for()
    {
        var ns = await server.NamespaceAsync("hpa");
        var path = $"/apis/autoscaling/v1/namespaces/{ns}/horizontalpodautoscalers";
        using var request = new HttpRequestMessage(HttpMethod.Get, path + "?watch=true");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        await server.PostAsync(path, V1);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var added = JsonNode.Parse((await lines.ReadLineAsync(bound.Token))!)!;
        Assert.Equal(("ADDED", "autoscaling/v1", 70), ((string)added["type"]!, (string)added["object"]!["apiVersion"]!, (int)added["object"]!["spec"]!["targetCPUUtilizationPercentage"]!));
        await server.DeleteAsync(path + "/h");
        var deleted = JsonNode.Parse((await lines.ReadLineAsync(bound.Token))!)!;
        Assert.Equal(("DELETED", "autoscaling/v1"), ((string)deleted["type"]!, (string)deleted["object"]!["apiVersion"]!));
    }
}

file static class Objects
{
    public static string Without(this JsonObject obj, string field)
    {
        obj["metadata"]!.AsObject().Remove(field);
        return obj.ToJsonString();
    }
}
