using Fairlead.Api.FlowControl;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Kinds;

public sealed class FirstFlowControlTests
{
    public static TheoryData<string, string> Names => [.. FirstFlowControl.Levels.Select(l => ("PriorityLevelConfiguration", l.Name)), .. FirstFlowControl.Schemas.Select(s => ("FlowSchema", s.Name))];

    [Theory, MemberData(nameof(Names))]
    public void TheFirstObjectsAreValidAsTheyAre(string kind, string name) => Assert.Empty(Checked.Create(kind, Whole(name, Spec(kind, name)).ToJsonString()));

    [Theory, InlineData("exempt"), InlineData("catch-all")]
    public void MandatorySchemasMayNotChange(string name)
    {
        var spec = Spec("FlowSchema", name);
        spec["priorityLevelConfiguration"]!["name"] = "other";
        Assert.EndsWith($"spec of '{name}' must equal the fixed value", Assert.Single(Checked.Create("FlowSchema", Whole(name, spec).ToJsonString())), StringComparison.Ordinal);
    }

    [Fact]
    public void EverySchemaHasALevel() => Assert.Empty(FirstFlowControl.Schemas.Select(s => (string)s.Spec["priorityLevelConfiguration"]!["name"]!).Except(FirstFlowControl.Levels.Select(l => l.Name)));

    static JsonObject Spec(string kind, string name) =>
        (JsonObject)(kind == "FlowSchema" ? FirstFlowControl.Schemas : FirstFlowControl.Levels).First(o => o.Name == name).Spec.DeepClone();

    static JsonObject Whole(string name, JsonObject spec) => new() { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec };
}
