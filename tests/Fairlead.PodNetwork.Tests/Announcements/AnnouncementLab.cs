using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Api.Core.V1;
using Fairlead.Api.Discovery.V1;
using Fairlead.Client;
using Fairlead.Client.Events;
using Fairlead.Linux.Namespaces;
using Fairlead.Linux.Netlink;
using Fairlead.Linux.Packets;
using Fairlead.Network.Addresses;
using Fairlead.Network.Announcements;
using Fairlead.Network.Services;
using Fairlead.PodNetwork.Announcements;
using Fairlead.Wire.Neighbours;

namespace Fairlead.PodNetwork.Tests.Announcements;

/// <summary>
/// Two nodes and a client outside on one bridge, each in a namespace of its own. Each node has the balancers' addresses where no
/// neighbour sees them, and a server there that says the node's name.
/// </summary>
public sealed class AnnouncementLab : IAsyncDisposable
{
    public const string V4 = "192.0.2.200", V6 = "2001:db8::200";
    public static readonly string[] Addresses = [V4, V6];

    static int count;
    readonly string prefix = $"cnit-ann-{Environment.ProcessId}-{Interlocked.Increment(ref count)}";
    readonly CancellationTokenSource stop = new();
    readonly List<NetworkNamespace> spaces = [];
    readonly List<AddressAnnouncer> announcers = [];
    readonly List<Task> tasks = [];
    readonly List<Socket> listeners = [];
    readonly ClusterFeed feed = new();
    readonly List<string> logged = [];
    readonly NetworkNamespace fabric, client;
    readonly Dictionary<string, Node> nodes = [];
    readonly Dictionary<string, EndpointSlice> slices = [];
    Service? service;

    public AnnouncementLab()
    {
        fabric = Make("fabric");
        using (var net = RouteNetlink.In(fabric)) net.Links.Add(new BridgeSpec("br") { Up = true });
        client = Connect("client", 9);
        foreach (var (name, number) in (ReadOnlySpan<(string, int)>)[("n1", 1), ("n2", 2)]) Macs[name] = AddNode(name, number);
    }

    /// <summary>The hardware address of each node.</summary>
    public Dictionary<string, MacAddress> Macs { get; } = [];

    public IReadOnlyList<string> Logged
    {
        get { lock (logged) return [.. logged]; }
    }

    NetworkNamespace Make(string name)
    {
        var space = NetworkNamespace.Create($"{prefix}-{name}");
        space.Run(() =>
        {
            // Addresses are there at once.
            foreach (var of in (string[])["all", "default"]) Fairlead.Linux.Namespaces.Sysctl.Write($"net/ipv6/conf/{of}/accept_dad", "0");
        });
        spaces.Add(space);
        return space;
    }

    NetworkNamespace Connect(string name, int number)
    {
        var space = Make(name);
        Plug(space, name, number);
        return space;
    }

    /// <summary>Gives a namespace its eth0 on the bridge.</summary>
    void Plug(NetworkNamespace space, string name, int number)
    {
        using var outside = RouteNetlink.In(fabric);
        outside.Links.Add(new VethSpec("to-" + name, "eth0") { PeerNamespaceFd = space.Fd, Master = outside.Links.Get("br").Index, Up = true });
        using var inside = RouteNetlink.In(space);
        var link = inside.Links.Get("eth0");
        inside.Links.SetUp(link.Index);
        inside.Addresses.Replace(link.Index, IPAddress.Parse($"192.0.2.{number}"), 24);
        inside.Addresses.Replace(link.Index, IPAddress.Parse($"2001:db8::{number}"), 64);
        Macs[name] = MacAddress.Read(link.Mac.GetAddressBytes());
        inside.Links.Settle(link.Index);
        var end = outside.Links.Get("to-" + name).Index;
        outside.Links.Settle(end);
    }

    MacAddress AddNode(string name, int number)
    {
        var space = Connect(name, number);
        space.Run(() => Fairlead.Linux.Namespaces.Sysctl.Write("net/ipv4/conf/all/arp_ignore", "1"));
        using (var net = RouteNetlink.In(space))
        {
            var lo = net.Links.Get("lo").Index;
            net.Addresses.Replace(lo, IPAddress.Parse(V4), 32);
            net.Addresses.Replace(lo, IPAddress.Parse(V6), 128);
        }
        foreach (var address in Addresses) Serve(space, name, address);
        var announcer = new AddressAnnouncer(new() { NodeName = name, Link = "eth0" }, feed, new EventRecorder(new KubeClient(null!), TimeProvider.System), TimeProvider.System,
            line => { lock (logged) logged.Add($"{name}: {line}"); }) { Open = link => space.Run(() => NeighbourResponder.Open(link)) };
        announcers.Add(announcer);
        return Macs[name];
    }

    void Serve(NetworkNamespace space, string name, string address)
    {
        var listener = space.Run(() =>
        {
            var socket = new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 80));
            socket.Listen();
            return socket;
        });
        listeners.Add(listener);
        tasks.Add(Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var one = await listener.AcceptAsync(stop.Token);
                await one.SendAsync(Encoding.ASCII.GetBytes(name), stop.Token);
            }
        }));
    }

    /// <summary>The announcers begin; what the cluster is was said before.</summary>
    public void Start()
    {
        foreach (var announcer in announcers) tasks.Add(Task.Run(() => announcer.RunAsync(Task.CompletedTask, stop.Token)));
    }

    public void Node(string name, bool ready)
    {
        var now = new Node { Metadata = new() { Name = name }, Status = new() { Conditions = [new NodeCondition { Type = "Ready", Status = ready ? "True" : "Unknown" }] } };
        feed.Changed(nodes.GetValueOrDefault(name), now);
        nodes[name] = now;
    }

    public void Balancer(string policy, params string[] addresses)
    {
        var now = new Service
        {
            Metadata = new() { Namespace = "default", Name = "web" },
            Spec = new() { Type = "LoadBalancer", ExternalTrafficPolicy = policy, Ports = [new ServicePort { Port = 80 }] },
            Status = new() { LoadBalancer = new() { Ingress = [.. addresses.Select(a => new LoadBalancerIngress { Ip = a, IpMode = "VIP" })] } },
        };
        feed.Changed(service, now);
        service = now;
    }

    /// <summary>The ready endpoints of the Service are on this node.</summary>
    public void Endpoints(string node)
    {
        foreach (var (type, address) in ((string, string)[])[("IPv4", "10.0.0.1"), ("IPv6", "fd00::1")])
        {
            var now = new EndpointSlice
            {
                Metadata = new() { Namespace = "default", Name = "web-" + type, Labels = new Dictionary<string, string> { [ClusterSnapshot.ServiceNameLabel] = "web" } },
                AddressType = type,
                Endpoints = [new Endpoint { Addresses = [address], NodeName = node, Conditions = new() { Ready = true } }],
            };
            feed.Changed(slices.GetValueOrDefault(type), now);
            slices[type] = now;
        }
    }

    /// <summary>The node that should answer for an address, as things are.</summary>
    public string OwnerOf(string address) =>
        AnnouncementResolver.Resolve(feed.Subscribe(() => { }).Take().Snapshot)[Address.Parse(address)].Node;

    /// <summary>Connects to the address from outside; who answered, or null.</summary>
    public string? Fetch(string address)
    {
        using var socket = client.Run(() => new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            if (!socket.ConnectAsync(IPAddress.Parse(address), 80).Wait(200)) return null;
            var buffer = new byte[16];
            socket.ReceiveTimeout = 500;
            return Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
        }
        catch (Exception e) when (e is AggregateException or SocketException) { return null; }
    }

    /// <summary>Connects again and again until this node answers, and gives the time that took.</summary>
    public TimeSpan UntilFetched(string address, string node)
    {
        var clock = Stopwatch.StartNew();
        for (string? last = null; (last = Fetch(address)) != node;)
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{address} was answered by {last ?? "nobody"}, not by {node}: {string.Join("; ", Logged)}");
        return clock.Elapsed;
    }

    /// <summary>Asks the link who has an address, and gives every answer that comes within a while.</summary>
    public IReadOnlyList<MacAddress> Ask(string address, bool anonymous = false)
    {
        var (ip, mac) = (IPAddress.Parse(address), Macs["client"]);
        var answers = new List<MacAddress>();
        using var socket = client.Run(() =>
        {
            using var net = new RouteNetlink();
            return new PacketSocket(net.Links.Get("eth0").Index, ip.AddressFamily == AddressFamily.InterNetwork ? ArpFrame.EtherType : NeighbourFrame.EtherType, allMulticast: true);
        });
        var frame = new byte[256];
        socket.Send(frame.AsSpan(0, Question(ip, mac, anonymous, frame)));
        for (var clock = Stopwatch.StartNew(); clock.ElapsedMilliseconds < 300;)
        {
            var length = socket.Receive(frame, TimeSpan.FromMilliseconds(50));
            if (ArpFrame.TryRead(frame.AsSpan(0, length), out var arp) && arp is { Operation: ArpOperation.Reply, IsGratuitous: false }) answers.Add(arp.SenderMac);
            if (NeighbourFrame.TryRead(frame.AsSpan(0, length), out var ndp) && ndp.Message == NeighbourMessage.Advertisement && (anonymous || ndp.Flags.HasFlag(NeighbourFlags.Solicited))) answers.Add(ndp.LinkLayer!.Value);
        }
        return answers;
    }

    static int Question(IPAddress ip, MacAddress mac, bool anonymous, byte[] frame)
    {
        var bytes = ip.GetAddressBytes();
        if (bytes.Length == 4)
        {
            new ArpFrame(MacAddress.Broadcast, mac, ArpOperation.Request, mac, anonymous ? 0 : 0xc0000209, MacAddress.None, BinaryPrimitives.ReadUInt32BigEndian(bytes)).Write(frame);
            return ArpFrame.Size;
        }
        var target = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        var group = NeighbourFrame.SolicitedGroup(target);
        var from = anonymous ? 0 : BinaryPrimitives.ReadUInt128BigEndian(IPAddress.Parse("2001:db8::9").GetAddressBytes());
        return new NeighbourFrame(MacAddress.OfGroup(group), mac, from, group, NeighbourMessage.Solicitation, NeighbourFlags.None, target, anonymous ? null : mac).Write(frame);
    }

    /// <summary>The node's link goes, and comes back as another.</summary>
    public void Replug(string node, int number)
    {
        using (var net = RouteNetlink.In(fabric)) net.Links.Remove("to-" + node);
        Plug(spaces[number + 1], node, number);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (var listener in listeners) listener.Dispose();
        await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(5));
        foreach (var announcer in announcers) announcer.Dispose();
        foreach (var space in spaces)
        {
            space.Dispose();
            NetworkNamespace.Delete(Path.GetFileName(space.Path));
        }
        stop.Dispose();
    }
}
