using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Allocation;

/// <summary>
/// The IPAddress objects of Services' addresses. Making one is what takes an address: the store lets only one be made, whoever
/// tries and through whichever server.
/// </summary>
public sealed class AddressObjects(IStore store, ResourceDefinition kind, TimeProvider clock)
{
    public const string ManagedBy = "ipaddress.kubernetes.io/managed-by";
    public const string FamilyLabel = "ipaddress.kubernetes.io/ip-family";
    public const string Manager = "ipallocator.k8s.io";

    /// <summary>Makes the object of a Service's address; false if there is one already, of whomever.</summary>
    public async ValueTask<bool> TryCreateAsync(string address, string ns, string service, CancellationToken cancellation)
    {
        var obj = new JsonObject
        {
            ["kind"] = kind.Kind,
            ["apiVersion"] = kind.ApiVersion,
            ["metadata"] = new JsonObject
            {
                ["name"] = address,
                ["uid"] = RandomId.Next(),
                ["creationTimestamp"] = ObjectFields.Time(clock.GetUtcNow()),
                ["labels"] = new JsonObject { [FamilyLabel] = address.Contains(':', StringComparison.Ordinal) ? ServiceRange.V6 : ServiceRange.V4, [ManagedBy] = Manager },
            },
            ["spec"] = new JsonObject { ["parentRef"] = new JsonObject { ["group"] = "", ["resource"] = "services", ["namespace"] = ns, ["name"] = service } },
        };
        var result = await store.WriteAsync(StoreWrite.Create(KeyOf(address), StoredObject.Encode(obj)), cancellation).ConfigureAwait(false);
        if (result.Outcome != WriteOutcome.Done) return false;
        result.Entry!.Facts = ObjectFacts.Of(kind, obj);
        return true;
    }

    /// <summary>Removes the object of a Service's address. One that is another's stays; what is gone already counts as removed.</summary>
    public async ValueTask RemoveAsync(string address, string ns, string service, CancellationToken cancellation)
    {
        while (await store.GetAsync(KeyOf(address), cancellation).ConfigureAwait(false) is { } entry)
        {
            var obj = StoredObject.Parse(entry);
            var parent = obj.Object("spec").Object("parentRef");
            if (parent.Text("resource") != "services" || parent.Text("namespace") != ns || parent.Text("name") != service) return;
            var result = await store.WriteAsync(StoreWrite.Delete(entry.Key, entry.Revision, StoredObject.Encode(obj)), cancellation).ConfigureAwait(false);
            if (result.Outcome == WriteOutcome.Done) return;
        }
    }

    string KeyOf(string address) => ObjectKeys.Object(kind, null, address);
}
