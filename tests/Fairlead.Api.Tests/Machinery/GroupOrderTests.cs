using Fairlead.Api.Discovery;

namespace Fairlead.Api.Tests.Machinery;

public class GroupOrderTests
{
    [Theory]
    [InlineData("a/v1/100/1 b/v1/200/1", "b:v1 a:v1")]
    [InlineData("b/v1/100/1 a/v1/100/1", "a:v1 b:v1")]
    [InlineData("a/v1/100/1 b/v1/50/1 b/v2/300/1", "b:v2,v1 a:v1")]
    [InlineData("a/v1/1/10 a/v2/1/20", "a:v2,v1")]
    [InlineData("a/foo10/1/1 a/v1alpha1/1/1 a/v11beta2/1/1 a/v1/1/1 a/foo1/1/1 a/v10/1/1 a/v2/1/1", "a:v10,v2,v1,v11beta2,v1alpha1,foo1,foo10")]
    public void The_highest_priority_comes_first(string versions, string wanted)
    {
        var given = versions.Split(' ').Select(v => v.Split('/')).Select(v => new ServedVersion(v[0], v[1], int.Parse(v[2]), int.Parse(v[3])));
        Assert.Equal(wanted, string.Join(' ', GroupVersions.InOrder(given).Select(g => $"{g.Group}:{string.Join(',', g.Versions)}")));
    }

    [Fact]
    public void Own_versions_stand_where_upstream_puts_them()
    {
        var groups = GroupVersions.InOrder([ServedVersion.Local("apps", "v1", false), ServedVersion.Local("toys.example", "v1", true), ServedVersion.Local("autoscaling", "v1", false),
            ServedVersion.Local("", "v1", false), ServedVersion.Local("autoscaling", "v2", false), ServedVersion.Local("apiregistration.k8s.io", "v1", false)]);
        Assert.Equal(["apiregistration.k8s.io", "", "apps", "autoscaling", "toys.example"], groups.Select(g => g.Group));
        Assert.Equal(["v2", "v1"], groups[3].Versions);
    }
}
