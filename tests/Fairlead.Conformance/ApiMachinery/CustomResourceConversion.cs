namespace Fairlead.Conformance.ApiMachinery;

/// <summary>Custom kinds of two versions, between which a webhook converts that the test itself serves over TLS.</summary>
public sealed class CustomResourceConversion(RunningCluster cluster)
{
    /// <summary>v1 has host and port in one field, v2 in two.</summary>
    static readonly (string, string)[] Versions =
    [
        ("v1", """{"type":"object","properties":{"hostPort":{"type":"string"}}}"""),
        ("v2", """{"type":"object","properties":{"host":{"type":"string"},"port":{"type":"string"}}}"""),
    ];

    const string V1Fields = "\"hostPort\":\"localhost:8080\"";

    [Fact(DisplayName = "[sig-api-machinery] CustomResourceConversionWebhook [Privileged:ClusterAdmin] should be able to convert from CR v1 to CR v2 [Conformance]")]
    public async Task One()
    {
        await using var webhook = await ConversionServer.StartAsync();
        await using var kind = await DefineAsync(webhook);
        var ns = await cluster.NamespaceAsync("crd-webhook");
        await kind.Objects("v1", ns).CreateAsync(kind.Object("cr-instance-1", V1Fields));
        IsV2(kind, await kind.Objects("v2", ns).GetAsync("cr-instance-1"));
        Assert.NotEmpty(webhook.Asked);
    }

    [Fact(DisplayName = "[sig-api-machinery] CustomResourceConversionWebhook [Privileged:ClusterAdmin] should be able to convert a non homogeneous list of CRs [Conformance]")]
    public async Task List()
    {
        await using var webhook = await ConversionServer.StartAsync();
        await using var kind = await DefineAsync(webhook);
        var ns = await cluster.NamespaceAsync("crd-webhook");
        var (v1, v2) = (kind.Objects("v1", ns), kind.Objects("v2", ns));
        await v1.CreateAsync(kind.Object("cr-instance-1", V1Fields));

        // The first is stored as v1, the second as v2.
        await CustomKind.Definitions(cluster).ChangeAsync(kind.Name, d => d["spec"]!["versions"] = CustomKind.Versions(Versions, stored: 1));
        await CustomKind.Definitions(cluster).UntilAsync(kind.Name, d => d.At("status.storedVersions")!.AsArray().Count == 2);
        await v1.CreateAsync(kind.Object("cr-instance-2", V1Fields));

        Assert.Equal(["cr-instance-1", "cr-instance-2"], await ListedAsync(v1, o => IsV1(kind, o)));
        Assert.Equal(["cr-instance-1", "cr-instance-2"], await ListedAsync(v2, o => IsV2(kind, o)));
    }

    Task<CustomKind> DefineAsync(ConversionServer webhook) => CustomKind.DefineAsync(cluster, Versions, namespaced: true, change: d => d["spec"]!["conversion"] = new JsonObject
    {
        ["strategy"] = "Webhook",
        ["webhook"] = new JsonObject
        {
            ["clientConfig"] = new JsonObject
            {
                ["url"] = webhook.Url + "/crdconvert",
                ["caBundle"] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(TestCertificates.Authority.ExportCertificatePem())),
            },
            ["conversionReviewVersions"] = new JsonArray("v1", "v1beta1"),
        },
    });

    static async Task<IEnumerable<string?>> ListedAsync(Resource objects, Action<JsonObject> check)
    {
        var items = await objects.ItemsAsync();
        foreach (var item in items) check(item);
        return items.Select(i => i.Text("metadata.name")).Order();
    }

    static void IsV1(CustomKind kind, JsonObject obj)
    {
        Assert.Equal(($"{kind.Group}/v1", "localhost:8080"), (obj.Text("apiVersion"), obj.Text("hostPort")));
        Assert.False(obj.ContainsKey("host") || obj.ContainsKey("port"), obj.ToJsonString());
    }

    static void IsV2(CustomKind kind, JsonObject obj)
    {
        Assert.Equal(($"{kind.Group}/v2", "localhost", "8080"), (obj.Text("apiVersion"), obj.Text("host"), obj.Text("port")));
        Assert.False(obj.ContainsKey("hostPort"), obj.ToJsonString());
    }
}
