using Fairlead.Api.Core.V1;
using Fairlead.Client;
using Fairlead.Client.Caching;

namespace Fairlead.Controllers.EndpointSlices;

/// <summary>Which Services select a Pod: the inverse of a Service's selector, kept by one of its labels.</summary>
sealed class ServiceIndex
{
    readonly InformerIndex<Service> byOneLabel;

    /// <summary>Add before the informers run.</summary>
    public ServiceIndex(Informer<Service> services) =>
        byOneLabel = services.AddIndex(s => s.Spec?.Selector is { Count: > 0 } selector ? [Key(s.Metadata.Namespace!, selector.MinBy(l => l.Key, StringComparer.Ordinal))] : []);

    /// <summary>The keys of the Services whose selector matches the Pod's labels.</summary>
    public IEnumerable<ObjectKey> Selecting(Pod pod)
    {
        foreach (var label in pod.Metadata.Labels ?? new Dictionary<string, string>())
        {
            foreach (var service in byOneLabel[Key(pod.Metadata.Namespace!, label)])
            {
                if (Selects(service, pod)) yield return ObjectKey.Of(service);
            }
        }
    }

    public static bool Selects(Service service, Pod pod) =>
        service.Metadata.Namespace == pod.Metadata.Namespace
        && service.Spec?.Selector is { Count: > 0 } selector
        && selector.All(l => pod.Metadata.Labels?.GetValueOrDefault(l.Key) == l.Value);

    static string Key(string ns, KeyValuePair<string, string> label) => $"{ns}\0{label.Key}\0{label.Value}";
}
