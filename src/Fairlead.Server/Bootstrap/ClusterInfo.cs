using System.Net;
using System.Text;
using Fairlead.Api.BootstrapTokens;
using Fairlead.Api.Errors;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Bootstrap;

/// <summary>
/// ConfigMap kube-public/cluster-info: a kubeconfig without a user, which tells a machine that joins where the server is
/// and which CA it has. The bootstrap signer signs it with each token.
/// </summary>
public sealed class ClusterInfo(Verbs verbs, ResourceCatalog catalog)
{
    /// <summary>Makes it, or brings it up to date.</summary>
    public async Task EnsureAsync(IPEndPoint server, string authorityPem, CancellationToken cancellation)
    {
        if (catalog.Find("", "v1", "configmaps") is not { } kind) return;
        var context = WriteContext.Internal(kind, ClusterInfoMap.Namespace, ClusterInfoMap.Name);
        var text = $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: ""
              cluster:
                certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem))}
                server: https://{server}
            contexts: null
            current-context: ""
            preferences: {"{}"}
            users: null

            """;
        try
        {
            await verbs.Creation.CreateAsync(context, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = ClusterInfoMap.Name },
                ["data"] = new JsonObject { [ClusterInfoMap.Kubeconfig] = text },
            }, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists)
        {
            await verbs.Updating.UpdateAsync(context, ChangeScope.Object, map =>
            {
                if (map["data"] is not JsonObject data) map["data"] = data = [];
                data[ClusterInfoMap.Kubeconfig] = text;
                return map;
            }, cancellation).ConfigureAwait(false);
        }
    }
}
