using Fairlead.Api.AdmissionRegistration.V1;
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
}
