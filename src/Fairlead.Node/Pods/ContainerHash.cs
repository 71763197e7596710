using System.Text;
using Fairlead.Api.Core.V1;

namespace Fairlead.Node.Pods;

/// <summary>
/// Tells by a label of a running container whether it was made from the present spec. Name and image alone are in it,
/// as in Kubernetes since 1.32: no other field of a running container may change so that it must be restarted.
/// </summary>
static class ContainerHash
{
    /// <summary>FNV-1a over name and image, in hexadecimal.</summary>
    public static string Of(Container container)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes($"{container.Name}\0{container.Image}")) hash = (hash ^ b) * 16777619u;
        return hash.ToString("x");
    }
}
