namespace Fairlead.Node.Images;

/// <summary>What is done about a container's image before the container is made.</summary>
enum PullStep
{
    /// <summary>The one on the node is taken.</summary>
    Use,

    /// <summary>The runtime asks the registry for it.</summary>
    Pull,

    /// <summary>It is not on the node, and the pull policy forbids to ask for it.</summary>
    Forbidden,

    /// <summary>It is not on the node, and its name has no registry behind it.</summary>
    NotLoaded,
}

/// <summary>Pull policies (docs of Container.imagePullPolicy), and the one registry host that is none.</summary>
static class PullRules
{
    /// <summary>
    /// Names below this host are given to images that are loaded onto nodes, not pulled. For them a pull means "be
    /// there": so a Pod with ":latest" and no policy, which means Always, starts without any registry.
    /// </summary>
    public const string LocalHost = "fairlead.local";

    /// <param name="name">The image with its tag or digest.</param>
    /// <param name="policy">Null takes the usual one: Always for the tag latest, else IfNotPresent.</param>
    /// <param name="present">It is on the node.</param>
    public static PullStep Decide(string name, string? policy, bool present)
    {
        policy ??= name.EndsWith(":latest", StringComparison.Ordinal) ? "Always" : "IfNotPresent";
        var local = IsLocal(name);
        if (present && (local || policy != "Always")) return PullStep.Use;
        if (policy == "Never") return PullStep.Forbidden;
        return local ? PullStep.NotLoaded : PullStep.Pull;
    }

    /// <summary>Why an image that is <see cref="PullStep.NotLoaded"/> can't be had, and what to do.</summary>
    public static string NotLoaded(string image) =>
        $"image \"{image}\" is not on this node, and {LocalHost} is not a registry: load the image with ./fairlead image load";

    static bool IsLocal(string name) => name.StartsWith(LocalHost + "/", StringComparison.Ordinal);
}
