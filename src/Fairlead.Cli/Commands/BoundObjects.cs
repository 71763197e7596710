using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;

namespace Fairlead.Cli.Commands;

/// <summary>Whether what a service account's token is bound to is still there, so that the token dies with it.</summary>
static class BoundObjects
{
    /// <param name="kind">ServiceAccount, Pod, Secret or Node; another kind is not there.</param>
    public static async ValueTask<bool> ExistsAsync(KubeClient client, string kind, string? ns, string name, string uid, CancellationToken cancellation)
    {
        KubeObject? found = kind switch
        {
            "ServiceAccount" => await client.FindAsync<ServiceAccount>(ns, name, cancellation).ConfigureAwait(false),
            "Pod" => await client.FindAsync<Pod>(ns, name, cancellation).ConfigureAwait(false),
            "Secret" => await client.FindAsync<Secret>(ns, name, cancellation).ConfigureAwait(false),
            "Node" => await client.FindAsync<Api.Core.V1.Node>(null, name, cancellation).ConfigureAwait(false),
            _ => null,
        };
        return found?.Metadata.Uid == uid;
    }
}
