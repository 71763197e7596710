using System.CommandLine;

namespace Fairlead.Cli.Commands;

/// <summary>`fairlead image …`: images for the nodes of a local cluster, without a registry.</summary>
public static class ImageCommand
{
    public static Command Create() => new("image", "Bring container images onto the nodes without a registry.")
    {
        ImageLoadCommand.Create(), ImageListCommand.Create(), ImageBuildCommand.Create(),
    };
}
