using Fairlead.Node.Images;

namespace Fairlead.Node.Tests;

public class PullRulesTests
{
    // A row: the image as the Pod names it, the pull policy ("" = none), whether it is on the node, and what follows.
    public static readonly TheoryData<string, string, bool, string> Rows = new()
    {
        { "registry.example/app:v1", "", true, "Use" },
        { "registry.example/app:v1", "", false, "Pull" },
        { "registry.example/app:latest", "", true, "Pull" },
        { "registry.example/app", "", true, "Pull" },
        { "app", "", true, "Pull" },
        { "app", "IfNotPresent", true, "Use" },
        { "registry.example/app:v1", "Always", true, "Pull" },
        { "registry.example/app:v1", "Never", true, "Use" },
        { "registry.example/app:v1", "Never", false, "Forbidden" },
        { "fairlead.local/test:latest", "", true, "Use" },
        { "fairlead.local/test", "", true, "Use" },
        { "fairlead.local/test:latest", "Always", true, "Use" },
        { "fairlead.local/test:latest", "", false, "NotLoaded" },
        { "fairlead.local/app:v1", "IfNotPresent", false, "NotLoaded" },
        { "fairlead.local/app:v1", "Never", false, "Forbidden" },
        { "fairlead.local.example/app:v1", "Always", true, "Pull" },
        { "registry.example/fairlead.local/app:v1", "", false, "Pull" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Decides(string image, string policy, bool present, string step) =>
        Assert.Equal(step, PullRules.Decide(ImagePuller.WithTag(image), policy is "" ? null : policy, present).ToString());

    [Fact]
    public void AnImageThatIsNotLoadedSaysWhatToDo() => Assert.Equal(
        "image \"fairlead.local/app:v1\" is not on this node, and fairlead.local is not a registry: load the image with ./fairlead image load",
        PullRules.NotLoaded("fairlead.local/app:v1"));
}
