using Fairlead.Api.Selectors;
using Fairlead.Cel;
using Fairlead.Server.Registry;
using Fairlead.Store;

namespace Fairlead.Server.Admission.Policies;

/// <summary>All policies that are bound, each with its bindings, in the order of their names.</summary>
public sealed class PolicyTable(Action<string> log) : IStoreView
{
    const string Policies = "/registry/admissionregistration.k8s.io/validatingadmissionpolicies/";
    const string Bindings = "/registry/admissionregistration.k8s.io/validatingadmissionpolicybindings/";

    readonly SortedDictionary<string, AdmissionPolicy> policies = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, PolicyBinding> bindings = new(StringComparer.Ordinal);
    IReadOnlyList<(AdmissionPolicy Policy, IReadOnlyList<PolicyBinding> Bindings)> bound = [];

    public IReadOnlyList<(AdmissionPolicy Policy, IReadOnlyList<PolicyBinding> Bindings)> Bound => Volatile.Read(ref bound);

    IReadOnlyList<string> IStoreView.Prefixes { get; } = [Policies, Bindings];

    void IStoreView.Reset()
    {
        policies.Clear();
        bindings.Clear();
    }

    void IStoreView.Put(StoreEntry entry)
    {
        // What is stored was validated; what a later version would not take any more is named and left out.
        try
        {
            if (entry.Key.StartsWith(Policies, StringComparison.Ordinal)) policies[entry.Key] = new(StoredObject.Parse(entry));
            else bindings[entry.Key] = new(StoredObject.Parse(entry));
        }
        catch (Exception e) when (e is CelException or SelectorException)
        {
            ((IStoreView)this).Remove(entry.Key);
            log($"{entry.Key} does not count: {e.Message}");
        }
    }

    void IStoreView.Remove(string key)
    {
        policies.Remove(key);
        bindings.Remove(key);
    }

    void IStoreView.Publish()
    {
        var byPolicy = bindings.Values.ToLookup(b => b.Policy, StringComparer.Ordinal);
        Volatile.Write(ref bound, [.. policies.Values.Where(p => byPolicy.Contains(p.Name)).Select(p => (p, (IReadOnlyList<PolicyBinding>)[.. byPolicy[p.Name]]))]);
    }
}
