using Fairlead.Api.Core.V1;
using Fairlead.Api.Json;
using Fairlead.Controllers.Deployments;

namespace Fairlead.Controllers.Tests.Deployments;

public class TemplateHashTests
{
    const string Plain = """{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"web:1","resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}}""";

    [Theory]
    [InlineData("the hash label", """{"metadata":{"labels":{"app":"web","pod-template-hash":"x"}},"spec":{"containers":[{"name":"c","image":"web:1","resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}}""", true)]
    [InlineData("order of maps", """{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"web:1","resources":{"limits":{"memory":"1Gi","cpu":"1"}}}]}}""", true)]
    [InlineData("one quantity, two ways", """{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"web:1","resources":{"limits":{"cpu":"1000m","memory":"1Gi"}}}]}}""", true)]
    [InlineData("empty fields", """{"metadata":{"creationTimestamp":null,"labels":{"app":"web"}},"spec":{"securityContext":{},"hostNetwork":false,"containers":[{"name":"c","image":"web:1","env":[],"resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}}""", true)]
    [InlineData("an image", """{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"web:2","resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}}""", false)]
    [InlineData("a label", """{"metadata":{"labels":{"app":"web","a":"b"}},"spec":{"containers":[{"name":"c","image":"web:1","resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}}""", false)]
    [InlineData("a switch whose false means something", """{"metadata":{"labels":{"app":"web"}},"spec":{"automountServiceAccountToken":false,"containers":[{"name":"c","image":"web:1","resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}}""", false)]
    public void Templates_are_the_same_if_they_wish_the_same_Pods(string name, string other, bool same)
    {
        var (a, b) = (Read(Plain), Read(other));
        Assert.True(same == TemplateHash.Same(a, b), name);
        Assert.True(same == (TemplateHash.Of(a, 0) == TemplateHash.Of(b, 0)), name);
    }

    [Fact]
    public void A_collision_gives_another_name()
    {
        Assert.NotEqual(TemplateHash.Of(Read(Plain), 0), TemplateHash.Of(Read(Plain), 1));
        Assert.Matches("^[bcdfghjklmnpqrstvwxz2456789]{10}$", TemplateHash.Of(Read(Plain), 0));
    }

    static PodTemplateSpec Read(string json) => ApiJson.Read<PodTemplateSpec>(System.Text.Encoding.UTF8.GetBytes(json));
}
