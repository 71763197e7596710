using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Dataplanes.Nftables;
using Fairlead.Linux.Namespaces;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>
/// A node and its neighbours as network namespaces:
/// <code>
/// outside 192.0.2.2 ── 192.0.2.1 node 10.244.N.1 ── 10.244.N.2 pod N (1 to 4; 1 and 2 count as local)
/// </code>
/// The same in IPv6 with 2001:db8::/64 and fd00:10:244:N::/64. Each Pod answers on <see cref="Ports"/>, TCP and UDP, with
/// its own address and the one it saw.
/// </summary>
public sealed class Lab : IDisposable
{
    public const int Pods = 4;
    public static readonly int[] Ports = [8080, 8081];

    static int labs;

    readonly string prefix = $"dataplane-{Environment.ProcessId}-{Interlocked.Increment(ref labs)}-";
    readonly Dictionary<string, NetworkNamespace> spaces = [];
    readonly List<IDisposable> servers = [];
    readonly CancellationTokenSource stop = new();

    public Lab()
    {
        foreach (var name in (string[])["node", "outside", .. Enumerable.Range(1, Pods).Select(n => $"pod{n}")])
            spaces[name] = NetworkNamespace.Create(prefix + name);
        Sysctl("node", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0",
            // Refused datagrams must be told of every time, not once a second.
            "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0");
        Join("outside", "192.0.2", "2001:db8::");
        for (var n = 1; n <= Pods; n++) Join($"pod{n}", $"10.244.{n}", $"fd00:10:244:{n}::");
        // Service addresses need some route before the output hook sees them.
        Ip($"-n {prefix}node route add default via 192.0.2.2", $"-n {prefix}node -6 route add default via 2001:db8::2");
        for (var n = 1; n <= Pods; n++)
        {
            foreach (var port in Ports) Serve($"pod{n}", port);
        }
        NodeAddresses =
        [
            Address.Parse("192.0.2.1"), Address.Parse("2001:db8::1"),
            .. Enumerable.Range(1, Pods).SelectMany(n => new[] { Address.Parse($"10.244.{n}.1"), Address.Parse($"fd00:10:244:{n}::1") }),
        ];
    }

    public static readonly ImmutableArray<AddressRange> PodRanges = [AddressRange.Parse("10.244.0.0/16"), AddressRange.Parse("fd00:10:244::/56")];

    public ImmutableHashSet<Address> NodeAddresses { get; }

    public static Address PodAddress(int n, bool ipv6) => Address.Parse(ipv6 ? $"fd00:10:244:{n}::2" : $"10.244.{n}.2");

    public static Address OutsideAddress(bool ipv6) => Address.Parse(ipv6 ? "2001:db8::2" : "192.0.2.2");

    public static Address NodeAddress(bool ipv6) => Address.Parse(ipv6 ? "2001:db8::1" : "192.0.2.1");

    /// <summary>The address that a sender ("node", "outside", "podN") has as its source.</summary>
    public static Address SourceOf(string sender, bool ipv6) => sender switch
    {
        "node" => NodeAddress(ipv6),
        "outside" => OutsideAddress(ipv6),
        _ => PodAddress(sender[3] - '0', ipv6),
    };

    public void OnNode(Action work) => spaces["node"].Run(() =>
    {
        work();
        return true;
    });

    public NftablesDataplane NewApplier() => spaces["node"].Run(() => new NftablesDataplane());

    public string Nft(string commands) => spaces["node"].Run(() =>
    {
        using var context = new Linux.Nftables.NftablesContext();
        return context.Run(commands);
    });

    /// <summary>Opens one connection, or sends one datagram, and tells what became of it.</summary>
    public async Task<Probe> SendAsync(string sender, Address destination, TransportProtocol protocol, int port, TimeSpan patience)
    {
        var tcp = protocol == TransportProtocol.Tcp;
        using var socket = spaces[sender].Run(() => new Socket(
            destination.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork,
            tcp ? SocketType.Stream : SocketType.Dgram, tcp ? ProtocolType.Tcp : ProtocolType.Udp));
        using var timeout = new CancellationTokenSource(patience);
        var buffer = new byte[256];
        try
        {
            await socket.ConnectAsync(new IPEndPoint(destination.ToIPAddress(), port), timeout.Token);
            await AskAsync(socket, timeout.Token);
            var n = await socket.ReceiveAsync(buffer, timeout.Token);
            var answer = Encoding.ASCII.GetString(buffer, 0, n).Split(' ');
            return new(Fate.Answered, answer[0], Address.Parse(answer[1]));
        }
        catch (OperationCanceledException)
        {
            return new(Fate.Silence, "", default);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused)
        {
            return new(Fate.Refused, "", default);
        }
    }

    /// <summary>A UDP socket that keeps its port between questions.</summary>
    public Socket OpenUdp(string sender, Address destination, int port)
    {
        var socket = spaces[sender].Run(() => new Socket(
            destination.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.Connect(destination.ToIPAddress(), port);
        return socket;
    }

    /// <summary>Asks over such a socket; the name of the backend that answers.</summary>
    public static async Task<string> AskAsync(Socket socket)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var buffer = new byte[256];
        await AskAsync(socket, timeout.Token);
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, timeout.Token)).Split(' ')[0];
    }

    static async Task AskAsync(Socket socket, CancellationToken cancellation)
    {
        try
        {
            await socket.SendAsync("?"u8.ToArray(), cancellation);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
        {
            // The node's own datagram met a drop; whether with an ICMP error, the receive that follows tells.
        }
    }

    void Join(string name, string ipv4, string ipv6)
    {
        var (far, node) = (prefix + name, prefix + "node");
        Ip($"link add {name} netns {node} type veth peer name eth0 netns {far}",
            $"-n {node} addr add {ipv4}.1/24 dev {name}", $"-n {node} addr add {ipv6}1/64 dev {name} nodad",
            $"-n {far} addr add {ipv4}.2/24 dev eth0", $"-n {far} addr add {ipv6}2/64 dev eth0 nodad",
            $"-n {node} link set {name} up", $"-n {far} link set eth0 up",
            $"-n {far} route add default via {ipv4}.1", $"-n {far} -6 route add default via {ipv6}1");
    }

    void Sysctl(string space, params string[] settings) => spaces[space].Run(() =>
    {
        foreach (var setting in settings)
        {
            var parts = setting.Split('=');
            File.WriteAllText("/proc/sys/" + parts[0].Replace('.', '/'), parts[1]);
        }
    });

    static void Ip(params string[] commands)
    {
        foreach (var command in commands)
        {
            using var process = Process.Start(new ProcessStartInfo("ip", command) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"ip {command}: {error}");
        }
    }

    void Serve(string pod, int port)
    {
        var listener = spaces[pod].Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            socket.Listen(512);
            return socket;
        });
        servers.Add(listener);
        _ = AcceptAsync(listener);
        foreach (var ipv6 in (bool[])[false, true])
        {
            var own = PodAddress(pod[3] - '0', ipv6);
            var datagrams = spaces[pod].Run(() =>
            {
                var socket = new Socket(ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(own.ToIPAddress(), port));
                return socket;
            });
            servers.Add(datagrams);
            _ = AnswerAsync(datagrams, own, port);
        }
    }

    async Task AcceptAsync(Socket listener)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var socket = await listener.AcceptAsync(stop.Token);
                var (own, peer) = ((IPEndPoint)socket.LocalEndPoint!, (IPEndPoint)socket.RemoteEndPoint!);
                await socket.SendAsync(Answer(own.Address, own.Port, peer.Address));
                // The client closes first, so that its port is the one that waits.
                await socket.ReceiveAsync(new byte[8]);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException) { }
        }
    }

    async Task AnswerAsync(Socket socket, Address own, int port)
    {
        var buffer = new byte[64];
        var any = new IPEndPoint(own.IsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var got = await socket.ReceiveFromAsync(buffer, any, stop.Token);
                await socket.SendToAsync(Answer(own.ToIPAddress(), port, ((IPEndPoint)got.RemoteEndPoint).Address), got.RemoteEndPoint);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException) { }
        }
    }

    static byte[] Answer(IPAddress own, int port, IPAddress peer)
    {
        static IPAddress Plain(IPAddress a) => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a;
        var address = Address.From(Plain(own));
        return Encoding.ASCII.GetBytes($"{(address.IsIPv6 ? $"[{address}]" : address.ToString())}:{port} {Plain(peer)}");
    }

    public void Dispose()
    {
        stop.Cancel();
        foreach (var server in servers) server.Dispose();
        foreach (var space in spaces.Values)
        {
            space.Dispose();
            NetworkNamespace.Delete(Path.GetFileName(space.Path));
        }
        stop.Dispose();
    }
}

public enum Fate { Answered, Refused, Silence }

/// <summary>What a sender saw: who answered, and the source address that it saw.</summary>
public sealed record Probe(Fate Fate, string Backend, Address SeenSource);
