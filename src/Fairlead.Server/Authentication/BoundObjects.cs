using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Authentication;

/// <summary>Looks in the store whether what a token is bound to is still there, with the same uid.</summary>
public sealed class BoundObjects(IStore store)
{
    /// <param name="kind">ServiceAccount, Pod, Secret or Node; another kind is taken to be gone.</param>
    /// <param name="ns">Null for a Node.</param>
    public async ValueTask<bool> ExistAsync(string kind, string? ns, string name, string uid, CancellationToken cancellation)
    {
        var key = kind switch
        {
            "ServiceAccount" => $"/registry/core/serviceaccounts/{ns}/{name}",
            "Pod" => $"/registry/core/pods/{ns}/{name}",
            "Secret" => $"/registry/core/secrets/{ns}/{name}",
            "Node" => $"/registry/core/nodes/{name}",
            _ => null,
        };
        return key is not null
            && await store.GetAsync(key, cancellation).ConfigureAwait(false) is { } entry
            && StoredObject.Parse(entry).Metadata().Text("uid") == uid;
    }
}
