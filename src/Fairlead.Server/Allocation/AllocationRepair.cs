using Fairlead.Api.Core.V1;
using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Networking.V1;
using Fairlead.Client;
using Fairlead.Client.Events;
using Fairlead.Store;

namespace Fairlead.Server.Allocation;

/// <summary>
/// Looks at the start and then every three minutes whether every Service has its addresses and ports alone: makes IPAddress
/// objects that lack, removes those that nobody uses, and reports by events what only a user can mend.
/// </summary>
public sealed class AllocationRepair(KubeClient client, ServiceAddresses addresses, ServiceNodePorts ports, TimeProvider clock, Action<string> log)
{
    const string AddressComponent = "ipallocator-repair-controller", PortComponent = "portallocator-repair-controller";

    // A number is free again that nobody was seen to use so often.
    const int Looks = 3;

    static readonly TimeSpan Period = TimeSpan.FromMinutes(3);

    readonly EventRecorder events = new(client, clock);

    /// <summary>Runs until cancelled; the first look comes after the period.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(events.RunAsync(cancellation), RepeatAsync(cancellation));

    async Task RepeatAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Period, clock, cancellation).ConfigureAwait(false);
            try { await RunOnceAsync(cancellation).ConfigureAwait(false); }
            catch (Exception e) when (e is ApiException or StoreUnavailableException) { log($"the repair of allocations failed and is tried again: {e.Message}"); }
        }
    }

    /// <summary>One look.</summary>
    public async Task RunOnceAsync(CancellationToken cancellation)
    {
        // Objects before Services: an object is made before its Service is seen, and removed after it.
        var objects = await client.ListAsync<IPAddress>(null, ListOptions.All, cancellation).ConfigureAwait(false);
        var ranges = await client.ListAsync<ServiceCIDR>(null, ListOptions.All, cancellation).ConfigureAwait(false);
        var services = await client.ListAsync<Service>(null, ListOptions.All, cancellation).ConfigureAwait(false);
        foreach (var finding in AddressFindings.Of(services.Items, objects.Items, ranges.Items, clock.GetUtcNow()))
        {
            if (await MendAsync(finding, cancellation).ConfigureAwait(false)) Tell(finding.About, AddressComponent, finding.Reason, finding.Message);
        }
        foreach (var finding in PortFindings.Of(services.Items, ports)) Tell(finding.About, PortComponent, finding.Reason, finding.Message);
        addresses.Compare([.. services.Items.SelectMany(AddressFindings.AddressesOf), .. objects.Items.Select(o => o.Metadata.Name!)], Looks);
        await ports.CompareAsync(services.Items.SelectMany(PortFindings.PortsOf), Looks, cancellation).ConfigureAwait(false);
    }

    /// <summary>False if the fault was gone meanwhile.</summary>
    async Task<bool> MendAsync(AddressFinding finding, CancellationToken cancellation)
    {
        if (finding.Remove)
        {
            if (await client.FindAsync<IPAddress>(null, finding.Address, cancellation).ConfigureAwait(false) is null) return false;
            await client.DeleteAsync<IPAddress>(null, finding.Address, new DeleteOptions(), cancellation).ConfigureAwait(false);
        }
        if (finding.Make is not { } service) return true;
        try
        {
            await client.CreateAsync(new IPAddress
            {
                Metadata = new ObjectMeta
                {
                    Name = finding.Address,
                    Labels = new Dictionary<string, string> { [AddressObjects.FamilyLabel] = ServiceFamilies.FamilyOf(finding.Address), [AddressObjects.ManagedBy] = AddressObjects.Manager },
                },
                Spec = new IPAddressSpec { ParentRef = new ParentReference { Group = "", Resource = "services", Namespace = service.Metadata.Namespace, Name = service.Metadata.Name! } },
            }, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ApiException e) when (e.IsAlreadyExists) { return false; }
    }

    void Tell(KubeObject about, string component, string reason, string message)
    {
        if (reason.Length == 0) return;
        log($"{about.Metadata.Namespace}/{about.Metadata.Name}: {message}");
        events.Record(about, component, "Warning", reason, message);
    }
}
