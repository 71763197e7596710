using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Rbac.V1;
using Fairlead.Server.Registry;
using Fairlead.Store;
using System.Text.Json;

namespace Fairlead.Server.Authorization.Rbac;

/// <summary>
/// The current <see cref="RbacTable"/>, kept so by a <see cref="StoreFollower"/>. Its loop owns the copies of roles and
/// bindings; readers see one immutable table.
/// </summary>
public sealed class RbacPolicy : IStoreView
{
    const string Prefix = "/registry/rbac.authorization.k8s.io/";

    readonly Dictionary<string, KubeObject> objects = new(StringComparer.Ordinal);
    RbacTable table = RbacTable.Empty;

    public RbacTable Table => Volatile.Read(ref table);

    IReadOnlyList<string> IStoreView.Prefixes { get; } = [Prefix];

    void IStoreView.Reset() => objects.Clear();

    void IStoreView.Put(StoreEntry entry)
    {
        if (Read(entry) is { } obj) objects[entry.Key] = obj;
    }

    void IStoreView.Remove(string key) => objects.Remove(key);

    void IStoreView.Publish()
    {
        var all = objects.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => o.Value).ToList();
        Volatile.Write(ref table, new RbacTable(all.OfType<ClusterRole>(), all.OfType<ClusterRoleBinding>(), all.OfType<Role>(), all.OfType<RoleBinding>()));
    }

    static KubeObject? Read(StoreEntry entry)
    {
        var plural = entry.Key.AsSpan(Prefix.Length);
        var json = entry.Json.Span;
        try
        {
            return plural[..plural.IndexOf('/')] switch
            {
                "clusterroles" => ApiJson.Read<ClusterRole>(json),
                "clusterrolebindings" => ApiJson.Read<ClusterRoleBinding>(json),
                "roles" => ApiJson.Read<Role>(json),
                "rolebindings" => ApiJson.Read<RoleBinding>(json),
                _ => null,
            };
        }
        catch (JsonException) { return null; } // what cannot be read grants nothing
    }
}
