using Fairlead.Api.Selectors;
using Fairlead.Cel;
using Fairlead.Json;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Admission.Webhooks;

/// <summary>The webhooks of all configurations, in the order in which they are asked: of configurations by name, then as they stand there.</summary>
public sealed class WebhookTable(Action<string> log) : IStoreView
{
    const string Group = "/registry/admissionregistration.k8s.io/";
    const string Mutates = Group + "mutatingwebhookconfigurations/";
    const string Validates = Group + "validatingwebhookconfigurations/";

    readonly SortedDictionary<string, IReadOnlyList<AdmissionWebhook>> configurations = new(StringComparer.Ordinal);
    IReadOnlyList<AdmissionWebhook> mutating = [], validating = [];

    public IReadOnlyList<AdmissionWebhook> Mutating => Volatile.Read(ref mutating);
    public IReadOnlyList<AdmissionWebhook> Validating => Volatile.Read(ref validating);

    IReadOnlyList<string> IStoreView.Prefixes { get; } = [Mutates, Validates];

    void IStoreView.Reset() => configurations.Clear();

    void IStoreView.Put(StoreEntry entry) => configurations[entry.Key] = Read(entry);

    void IStoreView.Remove(string key) => configurations.Remove(key);

    void IStoreView.Publish()
    {
        Volatile.Write(ref mutating, Of(Mutates));
        Volatile.Write(ref validating, Of(Validates));
    }

    AdmissionWebhook[] Of(string prefix) => [.. configurations.Where(c => c.Key.StartsWith(prefix, StringComparison.Ordinal)).SelectMany(c => c.Value)];

    List<AdmissionWebhook> Read(StoreEntry entry)
    {
        var read = new List<AdmissionWebhook>();
        var obj = StoredObject.Parse(entry);
        foreach (var webhook in (obj.Array("webhooks") ?? []).OfType<JsonObject>())
        {
            // What is stored was validated; what a later version would not take any more is named and left out.
            try { read.Add(new(obj.Name(), webhook)); }
            catch (Exception e) when (e is CelException or SelectorException) { log($"webhook {webhook.Text("name")} of {entry.Key} is not asked: {e.Message}"); }
        }
        return read;
    }
}
