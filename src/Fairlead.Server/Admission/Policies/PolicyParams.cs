using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Admission.Matching;
using Fairlead.Server.Registry;
using Fairlead.Server.Routing;
using Fairlead.Store;

namespace Fairlead.Server.Admission.Policies;

/// <summary>Finds the objects that a binding gives its policy as parameters.</summary>
public sealed class PolicyParams(IStore store, ResourceCatalog catalog)
{
    /// <summary>The parameters, in turn; one null for a policy without; none if the binding lets a write pass that finds none.</summary>
    /// <exception cref="PolicyConfigurationException">They can't be found, and must be.</exception>
    public async ValueTask<IReadOnlyList<(JsonObject Object, ResourceDefinition Kind)?>> FindAsync(
        AdmissionPolicy policy, PolicyBinding binding, AdmissionAttributes attributes, CancellationToken cancellation)
    {
        if (policy.ParamKind is not { } wanted || !binding.HasParams) return [null];
        var kind = catalog.All.FirstOrDefault(k => k.Kind == wanted.Kind && k.ApiVersion == wanted.ApiVersion)
            ?? throw new PolicyConfigurationException($"failed to find resource referenced by paramKind: '{wanted.ApiVersion}, Kind={wanted.Kind}'");
        var ns = Namespace(kind, binding, attributes);
        var found = binding.ParamSelector is null
            ? await store.GetAsync(ObjectKeys.Object(kind, ns, binding.ParamName ?? ""), cancellation).ConfigureAwait(false) is { } one ? [one] : []
            : (await store.RangeAsync(ObjectKeys.Collection(kind, ns), null, 0, 0, cancellation).ConfigureAwait(false)).Entries;
        var list = new List<(JsonObject, ResourceDefinition)?>();
        foreach (var entry in found)
        {
            var obj = StoredObject.Parse(entry);
            if (binding.ParamSelector is { } selector && !selector.Matches(obj.Object("metadata").Object("labels"))) continue;
            list.Add((await Versions.ConvertAsync(kind, obj, cancellation).ConfigureAwait(false), kind));
        }
        if (list.Count == 0 && binding.DeniesWithoutParams) throw new PolicyConfigurationException("no params found for policy binding with `Deny` parameterNotFoundAction");
        return list;
    }

    static string? Namespace(ResourceDefinition kind, PolicyBinding binding, AdmissionAttributes attributes)
    {
        if (!kind.Namespaced) return binding.ParamNamespace is null ? null : throw new PolicyConfigurationException("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
        if (binding.ParamNamespace is { Length: > 0 } named) return named;
        return attributes.Namespace is { Length: > 0 } own ? own : throw new PolicyConfigurationException("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
    }
}
