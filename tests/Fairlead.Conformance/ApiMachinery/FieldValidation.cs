namespace Fairlead.Conformance.ApiMachinery;

public sealed class FieldValidation(RunningCluster cluster)
{
    static string Deployment(string name, string metadata = "", string spec = "") => $$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{name}}"{{metadata}} },
         "spec":{ {{spec}}"replicas":0,"selector":{"matchLabels":{"app":"a"} },
         "template":{"metadata":{"labels":{"app":"a"} },"spec":{"containers":[{"name":"c","image":"i"}]} } } }
        """;

    async Task<(Resource Deployments, string Path)> HereAsync()
    {
        var deployments = cluster.Resource("apps/v1", "deployments", await cluster.NamespaceAsync("fields"));
        return (deployments, deployments.Path());
    }

    [Fact(DisplayName = "[sig-api-machinery] FieldValidation should detect unknown and duplicate fields of a typed object [Conformance]")]
    public async Task UnknownAndDuplicate()
    {
        var (_, path) = await HereAsync();
        var wrong = Deployment("web", spec: """ "unknownField":"unknown","paused":true,"paused":false,""");
        var strict = await cluster.Server.PostAsync($"{path}?fieldValidation=Strict", wrong);
        Assert.Equal(400, strict.Code);
        Assert.Contains("unknown field \"spec.unknownField\"", strict.Message);
        Assert.Contains("duplicate field \"spec.paused\"", strict.Message);
        var warned = await cluster.Server.PostAsync($"{path}?fieldValidation=Warn", wrong);
        Assert.Equal(201, warned.Code);
        Assert.Contains(warned.Warnings, w => w.Contains("unknown field \\\"spec.unknownField\\\"", StringComparison.Ordinal));
        Assert.Contains(warned.Warnings, w => w.Contains("duplicate field \\\"spec.paused\\\"", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "[sig-api-machinery] FieldValidation should detect unknown metadata fields of a typed object [Conformance]")]
    public async Task UnknownMetadata()
    {
        var (_, path) = await HereAsync();
        var strict = await cluster.Server.PostAsync($"{path}?fieldValidation=Strict", Deployment("web", metadata: ""","unknownMeta":"foo" """));
        Assert.Equal(400, strict.Code);
        Assert.Contains("unknown field \"metadata.unknownMeta\"", strict.Message);
        var inTemplate = Deployment("web").Replace("{\"labels\":{\"app\":\"a\"} }", "{\"labels\":{\"app\":\"a\"},\"unknownMeta\":1}", StringComparison.Ordinal);
        Assert.Contains("unknown field \"spec.template.metadata.unknownMeta\"", (await cluster.Server.PostAsync($"{path}?fieldValidation=Strict", inTemplate)).Message);
    }
}
