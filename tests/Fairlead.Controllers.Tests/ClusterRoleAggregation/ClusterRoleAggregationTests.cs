using Fairlead.Api.Meta.V1;
using Fairlead.Api.Rbac.V1;

namespace Fairlead.Controllers.Tests.ClusterRoleAggregation;

[Collection(nameof(RunningControllers))]
public sealed class ClusterRoleAggregationTests(RunningControllers running)
{
    static bool Has(ClusterRole role, string resource) => role.Rules?.Any(r => r.Resources?.Contains(resource) == true) == true;

    [Fact]
    public async Task Admin_edit_and_view_are_made_of_their_parts()
    {
        await running.Api.UntilAsync<ClusterRole>(null, "view", r => Has(r, "pods/log") && !Has(r, "secrets"));
        await running.Api.UntilAsync<ClusterRole>(null, "edit", r => Has(r, "pods/log") && Has(r, "secrets") && !Has(r, "roles"));
        await running.Api.UntilAsync<ClusterRole>(null, "admin", r => Has(r, "pods/log") && Has(r, "secrets") && Has(r, "roles"));
    }

    [Fact]
    public async Task A_part_that_comes_is_added_and_one_that_goes_taken_away()
    {
        await running.Api.Client.CreateAsync(new ClusterRole
        {
            Metadata = new ObjectMeta { Name = "widgets-viewer", Labels = new Dictionary<string, string> { ["rbac.authorization.k8s.io/aggregate-to-view"] = "true" } },
            Rules = [new() { Verbs = ["get"], ApiGroups = ["example.com"], Resources = ["widgets"] }],
        }, default);
        await running.Api.UntilAsync<ClusterRole>(null, "admin", r => Has(r, "widgets"));
        await running.Api.Client.DeleteAsync<ClusterRole>(null, "widgets-viewer", new DeleteOptions(), default);
        await running.Api.UntilAsync<ClusterRole>(null, "admin", r => !Has(r, "widgets"));
    }
}
