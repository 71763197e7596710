using Fairlead.Json;
using Fairlead.Server.Tests.Fuzz;

namespace Fairlead.Server.Tests;

/// <summary>A spec is a part of its object that is always there: what takes it away is judged as an empty one, as upstream.</summary>
public sealed class MissingSpecTests(FuzzServer fuzz) : IClassFixture<FuzzServer>
{
    /// <summary>An empty spec is one of theirs, or (certificate requests) no change reaches it.</summary>
    static readonly string[] NeedNone = ["networkpolicies", "poddisruptionbudgets", "leases", "resourcequotas", "certificatesigningrequests"];

    public static TheoryData<string> Kinds => [.. FuzzSeeds.Objects.Where(o => JsonNode.Parse(o.Body)!["spec"] is not null && !NeedNone.Contains(o.Path.Split('/')[^1])).Select(o => o.Path)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_object_that_needs_its_spec_loses_it(string path)
    {
        var body = FuzzSeeds.Objects.First(o => o.Path == path).Body;
        var whole = JsonNode.Parse(body)!.AsObject();
        var name = (string)whole["metadata"]!["name"]!;
        var before = (await fuzz.Server.GetAsync($"{path}/{name}")).Json["spec"]!;
        foreach (var (type, patch) in ((string, string)[])[("application/merge-patch+json", """{"spec":null}"""), ("application/json-patch+json", """[{"op":"remove","path":"/spec"}]""")])
        {
            var answer = await fuzz.Server.PatchAsync($"{path}/{name}?dryRun=All", type, patch);
            Assert.True(answer.Code == 422, $"{type}: {answer.Text}");
        }
        whole.Remove("spec");
        whole["metadata"]!["name"] = "without";
        var made = await fuzz.Server.PostAsync($"{path}?dryRun=All", whole.ToJsonString());
        Assert.True(made.Code == 422, made.Text);
        Assert.True(JsonNode.DeepEquals(before, (await fuzz.Server.GetAsync($"{path}/{name}")).Json["spec"]));
    }
}
