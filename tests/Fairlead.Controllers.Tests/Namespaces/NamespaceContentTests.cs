using Fairlead.Api.Core.V1;
using Fairlead.Client.Discovery;
using Fairlead.Controllers.Namespaces;
using Fairlead.Json;

namespace Fairlead.Controllers.Tests.Namespaces;

public class NamespaceContentTests
{
    static readonly ApiResourceName Pods = new("", "v1", "pods", "Pod", true, []);
    static readonly ApiResourceName Deployments = new("apps", "v1", "deployments", "Deployment", true, []);

    [Fact]
    public void What_is_left_is_said_as_upstream_says_it()
    {
        var content = new NamespaceContent();
        content.Add(Deployments, [JsonNode.Parse("""{"metadata":{"finalizers":["foregroundDeletion"]}}""")]);
        content.Add(Pods, [JsonNode.Parse("""{"metadata":{}}"""), JsonNode.Parse("""{"metadata":{"finalizers":["a/b"]}}""")]);
        content.Failures.Add("secrets: no");
        Assert.False(content.IsEmpty);
        Assert.Equal(
        [
            "NamespaceDeletionDiscoveryFailure False ResourcesDiscovered All resources successfully discovered",
            "NamespaceDeletionGroupVersionParsingFailure False ParsedGroupVersions All legacy kube types successfully parsed",
            "NamespaceDeletionContentFailure True ContentDeletionFailed Failed to delete all resource types, 1 remaining: secrets: no",
            "NamespaceContentRemaining True SomeResourcesRemain Some resources are remaining: deployments.apps has 1 resource instances, pods. has 2 resource instances",
            "NamespaceFinalizersRemaining True SomeFinalizersRemain Some content in the namespace has finalizers remaining: a/b in 1 resource instances, foregroundDeletion in 1 resource instances",
        ], Texts(content.Conditions(null, Given.Noon)));
    }

    [Fact]
    public void What_nobody_knows_may_be_left()
    {
        var content = new NamespaceContent();
        content.Undiscovered.Add("g.example.com/v1: service unavailable");
        Assert.False(content.IsEmpty);
        Assert.Equal("NamespaceDeletionDiscoveryFailure True DiscoveryFailed Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: g.example.com/v1: service unavailable",
            Texts(content.Conditions(null, Given.Noon)).First());
    }

    [Fact]
    public void An_empty_one_says_so_and_keeps_the_time_of_what_did_not_change()
    {
        var before = new NamespaceContent().Conditions(null, Given.Noon);
        var now = new NamespaceContent().Conditions(before, Given.Noon.AddMinutes(1));
        Assert.All(now, c => Assert.Equal(Given.Noon, c.LastTransitionTime));
        Assert.Equal(["ResourcesDiscovered", "ParsedGroupVersions", "ContentDeleted", "ContentRemoved", "ContentHasNoFinalizers"], now.Select(c => c.Reason));
    }

    static IEnumerable<string> Texts(IEnumerable<NamespaceCondition> conditions) => conditions.Select(c => $"{c.Type} {c.Status} {c.Reason} {c.Message}");
}
