using System.Diagnostics;

namespace Fairlead.Server.Tests.CustomResources;

/// <summary>x-kubernetes-validations, from the definition to the message that a user sees.</summary>
[Collection(nameof(TestServer))]
public sealed class ValidationRuleTests(TestServer server)
{
    const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const string Path = "/apis/cel.example.com/v1/namespaces/default/ruleds";

    const string Schema = """
        {"type":"object","properties":{"spec":{"type":"object",
          "x-kubernetes-validations":[
            {"rule":"self.min <= self.max","message":"min must not be above max"},
            {"rule":"!has(self.kind) || self.kind.startsWith('k-')","messageExpression":"'kind ' + self.kind + ' has no prefix'","fieldPath":".kind","reason":"FieldValueForbidden"},
            {"rule":"!has(self.zero) || 10 / self.zero > 0"}],
          "properties":{
            "min":{"type":"integer"},"max":{"type":"integer"},"kind":{"type":"string"},"zero":{"type":"integer"},
            "fixed":{"type":"string","x-kubernetes-validations":[{"rule":"self == oldSelf","message":"fixed is fixed"}]},
            "when":{"type":"string","format":"date-time","x-kubernetes-validations":[{"rule":"self < timestamp('2030-01-01T00:00:00Z')"}]},
            "grow":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","required":["name"],
              "properties":{"name":{"type":"string"},"size":{"type":"integer","x-kubernetes-validations":[{"rule":"self >= oldSelf","message":"size must not shrink"}]}}}}}}}}
        """;

    async Task<Answer> DefineAsync(string plural, string group, string schema) => await server.PostAsync(Definitions, $$$"""
        {"metadata":{"name":"{{{plural}}}.{{{group}}}"},"spec":{"group":"{{{group}}}","scope":"Namespaced","names":{"plural":"{{{plural}}}","kind":"Ruled"},
         "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{{{schema}}}}}]}}
        """);

    async Task EnsureAsync()
    {
        if ((await server.GetAsync($"{Definitions}/ruleds.cel.example.com")).Code == 404)
        {
            var made = await DefineAsync("ruleds", "cel.example.com", Schema);
            Assert.True(made.Code == 201, made.Text);
        }
        for (var clock = Stopwatch.StartNew(); (await server.GetAsync(Path)).Code != 200; await Task.Delay(10))
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "the kind is not served");
    }

    [Theory]
    [InlineData("""{"min":2,"max":1}""", "spec: Invalid value: \"object\": min must not be above max")]
    [InlineData("""{"min":1,"max":1,"kind":"x"}""", "spec.kind: Forbidden: kind x has no prefix")]
    [InlineData("""{"min":1}""", "spec: Invalid value: \"object\": no such key: max evaluating rule: min must not be above max")]
    [InlineData("""{"min":1,"max":1,"zero":0}""", "spec: Invalid value: \"object\": division by zero evaluating rule: !has(self.zero) || 10 / self.zero > 0")]
    [InlineData("""{"min":1,"max":1,"when":"2031-01-01T00:00:00Z"}""", "spec.when: Invalid value: \"string\": failed rule: self < timestamp('2030-01-01T00:00:00Z')")]
    public async Task What_does_not_meet_a_rule_is_refused(string spec, string message)
    {
        await EnsureAsync();
        var answer = await server.PostAsync(Path, $$"""{"metadata":{"name":"wrong"},"spec":{{spec}}}""");
        Assert.Equal(422, answer.Code);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_about_a_change_compare_what_belongs_together()
    {
        await EnsureAsync();
        var made = await server.PostAsync(Path, """{"metadata":{"name":"change"},"spec":{"min":1,"max":2,"fixed":"a","grow":[{"name":"x","size":5},{"name":"y","size":1}]}}""");
        Assert.True(made.Code == 201, made.Text);
        var fixedOne = await server.PatchAsync($"{Path}/change", "application/merge-patch+json", """{"spec":{"fixed":"b"}}""");
        Assert.Equal((422, true), (fixedOne.Code, fixedOne.Message!.Contains("spec.fixed: Invalid value: \"string\": fixed is fixed", StringComparison.Ordinal)));
        var moved = await server.PatchAsync($"{Path}/change", "application/merge-patch+json", """{"spec":{"grow":[{"name":"y","size":2},{"name":"x","size":6},{"name":"z","size":0}]}}""");
        Assert.True(moved.Code == 200, moved.Text);
        var shrunk = await server.PatchAsync($"{Path}/change", "application/merge-patch+json", """{"spec":{"grow":[{"name":"x","size":1}]}}""");
        Assert.Contains("spec.grow[0].size: Invalid value: \"integer\": size must not shrink", shrunk.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"rule":"self.a >"}]""", "x-kubernetes-validations[0].rule: Invalid value")]
    [InlineData("""[{"rule":"other > 1"}]""", "compilation failed: undeclared reference to 'other'")]
    [InlineData("""[{"rule":" "}]""", "x-kubernetes-validations[0].rule: Required value: rule is not specified")]
    [InlineData("""[{"rule":"true","reason":"Odd"}]""", "Unsupported value: \"Odd\"")]
    [InlineData("""[{"rule":"true","optionalOldSelf":true}]""", "may not be set if oldSelf is not used in rule")]
    public async Task A_rule_that_can_not_be_is_refused_with_its_definition(string rules, string message)
    {
        var answer = await DefineAsync("badrules", "badcel.example.com", $$$"""{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-validations":{{{rules}}},"properties":{"a":{"type":"integer"} } } } }""");
        Assert.Equal(422, answer.Code);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OldSelf_in_a_list_without_keys_is_refused()
    {
        var answer = await DefineAsync("badrules", "badcel.example.com",
            """{"type":"object","properties":{"l":{"type":"array","items":{"type":"string","x-kubernetes-validations":[{"rule":"self == oldSelf"}]}}}}""");
        Assert.Contains("oldSelf cannot be used on the uncorrelatable portion of the schema", answer.Message, StringComparison.Ordinal);
    }
}
