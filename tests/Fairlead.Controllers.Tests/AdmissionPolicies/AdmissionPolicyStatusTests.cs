using Fairlead.Api.AdmissionRegistration.V1;
using Fairlead.Api.ApiExtensions.V1;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Controllers.Tests.AdmissionPolicies;

[Collection(nameof(RunningControllers))]
public sealed class AdmissionPolicyStatusTests(RunningControllers running)
{
    [Fact]
    public async Task The_generation_that_was_seen_stands_in_the_status()
    {
        var made = await running.Api.Client.CreateAsync(new ValidatingAdmissionPolicy
        {
            Metadata = new ObjectMeta { Name = "seen" },
            Spec = new()
            {
                MatchConstraints = new() { ResourceRules = [new() { Operations = ["CREATE"], ApiGroups = [""], ApiVersions = ["v1"], Resources = ["none"] }] },
                Validations = [new() { Expression = "true" }],
            },
        }, default);
        Assert.Equal(1, made.Metadata.Generation);
        var seen = await running.Api.UntilAsync<ValidatingAdmissionPolicy>(null, "seen", p => p.Status?.ObservedGeneration == 1);
        await running.Api.Client.UpdateAsync(seen with { Spec = seen.Spec! with { FailurePolicy = "Ignore" } }, default);
        await running.Api.UntilAsync<ValidatingAdmissionPolicy>(null, "seen", p => p.Status?.ObservedGeneration == 2);
    }

    [Theory]
    [InlineData("fits", "object.spec.replicas > 1", null)]
    [InlineData("a field that there is not", "object.wrong > 1", "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'wrong'\n | object.wrong > 1\n | ......^\n")]
    [InlineData("another type", "object.spec.replicas == '1'", "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_==_' applied to '(int, string)'\n | object.spec.replicas == '1'\n | .....................^\n")]
    [InlineData("a variable", "variables.least.size() > 1", "apps/v1, Kind=Deployment: ERROR: <input>:1:21: found no matching overload for 'size' applied to 'int.()'\n | variables.least.size() > 1\n | ....................^\n")]
    [InlineData("each element", "object.spec.template.spec.containers.all(c, c.image.startsWith('a') && c.name != '')", null)]
    [InlineData("the request", "request.userInfo.groups.exists(g, g == 'a') && request.dryRun", null)]
    public async Task What_types_do_not_fit_stands_in_the_status(string why, string expression, string? warning)
    {
        var name = "types-" + Guid.NewGuid().ToString("n")[..8];
        await running.Api.Client.CreateAsync(Policy(name, "apps", "deployments", expression), default);
        var seen = await running.Api.UntilAsync<ValidatingAdmissionPolicy>(null, name, p => p.Status?.ObservedGeneration == 1);
        Assert.NotNull(seen.Status!.TypeChecking);
        var warnings = seen.Status.TypeChecking.ExpressionWarnings ?? [];
        Assert.True(warnings.Count == (warning is null ? 0 : 1), $"{why}: {string.Join('\n', warnings)}");
        if (warning is null) return;
        Assert.Equal("spec.validations[0].expression", warnings[0].FieldRef);
        Assert.Equal(warning, warnings[0].Warning);
    }

    [Fact]
    public async Task Custom_kinds_have_types_too()
    {
        await running.Api.Client.CreateAsync(new CustomResourceDefinition
        {
            Metadata = new ObjectMeta { Name = "typed.example.com" },
            Spec = new()
            {
                Group = "example.com", Scope = "Cluster", Names = new() { Plural = "typed", Singular = "typed", Kind = "Typed", ListKind = "TypedList" },
                Versions = [new() { Name = "v1", Served = true, Storage = true, Schema = new() { OpenAPIV3Schema = new() { Type = "object", Properties = new Dictionary<string, JSONSchemaProps> { ["spec"] = new() { Type = "string" } } } } }],
            },
        }, default);
        await running.Api.UntilAsync<CustomResourceDefinition>(null, "typed.example.com", d => d.Status?.Conditions?.Any(c => c.Type == "Established" && c.Status == "True") == true);
        string? warning = null;
        for (var tries = 0; warning is null && tries < 20; tries++)
        {
            // The definition may reach the controller after the policy; types are looked at once a generation.
            var name = "custom-types-" + tries;
            await running.Api.Client.CreateAsync(Policy(name, "example.com", "typed", "object.spec > 1"), default);
            var seen = await running.Api.UntilAsync<ValidatingAdmissionPolicy>(null, name, p => p.Status?.ObservedGeneration == 1);
            warning = seen.Status?.TypeChecking?.ExpressionWarnings?[0].Warning;
        }
        Assert.StartsWith("example.com/v1, Kind=Typed: ERROR: <input>:1:13: found no matching overload for '_>_' applied to '(string, int)'", warning, StringComparison.Ordinal);
    }

    static ValidatingAdmissionPolicy Policy(string name, string group, string resource, string expression) => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Spec = new()
        {
            MatchConstraints = new() { ResourceRules = [new() { Operations = ["CREATE"], ApiGroups = [group], ApiVersions = ["v1"], Resources = [resource] }] },
            Variables = group == "apps" ? [new() { Name = "least", Expression = "object.spec.replicas" }] : null,
            Validations = [new() { Expression = expression }],
        },
    };
}
