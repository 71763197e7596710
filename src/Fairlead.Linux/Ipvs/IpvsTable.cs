using Fairlead.Linux.Netlink;
using Fairlead.Wire.Ipvs;
using Fairlead.Wire.Netlink;

namespace Fairlead.Linux.Ipvs;

/// <summary>
/// The virtual services of IPVS and their destinations, in the network namespace of the thread that made this. One caller at
/// a time.
/// </summary>
/// <remarks>
/// The Queue methods put requests together that <see cref="Flush"/> sends at once, some 2 µs each. A refused one is thrown
/// there; those after it have been carried out.
/// </remarks>
public sealed class IpvsTable : IDisposable
{
    readonly GenericNetlink net;

    /// <exception cref="LinuxException">ENOENT: this kernel has no IPVS.</exception>
    public IpvsTable() => net = new(IpvsMessages.Family, IpvsMessages.Version);

    /// <summary>All virtual services.</summary>
    public IReadOnlyList<VirtualService> Services()
    {
        var services = new List<VirtualService>();
        net.Dump(IpvsMessages.GetService, "list virtual services", _ => { }, payload =>
        {
            if (IpvsMessages.ReadService(payload) is { } service) services.Add(service);
        });
        return services;
    }

    /// <summary>The destinations of a service, with the numbers of their connections; none if there is no such service.</summary>
    public IReadOnlyList<Destination> Destinations(VirtualServiceKey service)
    {
        var destinations = new List<Destination>();
        net.Dump(IpvsMessages.GetDestination, $"list the destinations of {service}", w => IpvsMessages.Write(w, service), payload =>
        {
            if (IpvsMessages.ReadDestination(payload, service.IsIPv6) is { } destination) destinations.Add(destination);
        });
        return destinations;
    }

    /// <summary>Adds a service. EEXIST: it is there.</summary>
    public void QueueAdd(VirtualService service) => net.Queue(IpvsMessages.NewService, $"add {service}", w => IpvsMessages.Write(w, service));

    /// <summary>Changes a service's scheduler and persistence; its destinations and connections stay.</summary>
    public void QueueSet(VirtualService service) => net.Queue(IpvsMessages.SetService, $"change {service}", w => IpvsMessages.Write(w, service));

    /// <summary>Removes a service with its destinations. Packets of its connections are dropped from then on.</summary>
    public void QueueRemove(VirtualServiceKey service) => net.Queue(IpvsMessages.DeleteService, $"remove {service}", w => IpvsMessages.Write(w, service));

    /// <summary>Adds a destination. EEXIST: it is there.</summary>
    public void QueueAdd(VirtualServiceKey service, Destination destination) => Queue(IpvsMessages.NewDestination, "add", service, destination);

    /// <summary>Changes a destination's weight and thresholds.</summary>
    public void QueueSet(VirtualServiceKey service, Destination destination) => Queue(IpvsMessages.SetDestination, "change", service, destination);

    /// <summary>Removes a destination. Packets of its connections are dropped from then on.</summary>
    public void QueueRemove(VirtualServiceKey service, Destination destination) => Queue(IpvsMessages.DeleteDestination, "remove", service, destination);

    /// <summary>Carries out what is queued.</summary>
    /// <exception cref="LinuxException">The first that the kernel refused. ESRCH: no such service; ENOENT: no such destination.</exception>
    public void Flush() => net.Flush();

    /// <summary>Removes all services, whoever made them.</summary>
    public void RemoveAll() => net.Request(IpvsMessages.Flush, "remove all virtual services", _ => { });

    public ConnectionTimeouts Timeouts
    {
        get
        {
            var timeouts = default(ConnectionTimeouts);
            net.Request(IpvsMessages.GetConfig, "read the timeouts of IPVS", _ => { }, payload => timeouts = IpvsMessages.ReadTimeouts(payload));
            return timeouts;
        }

        // A value of zero is left as it is.
        set => net.Request(IpvsMessages.SetConfig, "set the timeouts of IPVS", w => IpvsMessages.Write(w, value));
    }

    void Queue(byte command, string verb, VirtualServiceKey service, Destination destination) =>
        net.Queue(command, $"{verb} {destination} of {service}", w =>
        {
            IpvsMessages.Write(w, service);
            IpvsMessages.Write(w, destination, keyOnly: command == IpvsMessages.DeleteDestination);
        });

    public void Dispose() => net.Dispose();
}
