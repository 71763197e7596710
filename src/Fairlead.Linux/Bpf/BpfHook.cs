namespace Fairlead.Linux.Bpf;

/// <summary>Where a program can be attached; the values are BPF_… of linux/bpf.h. On a cgroup if not said otherwise.</summary>
public enum BpfHook
{
    Inet4Connect = 10,
    Inet6Connect = 11,
    Udp4SendMsg = 14,
    Udp6SendMsg = 15,
    Udp4RecvMsg = 19,
    Udp6RecvMsg = 20,
    Inet4GetPeerName = 29,
    Inet6GetPeerName = 30,

    /// <summary>On a link of the calling thread's network namespace; since Linux 6.6.</summary>
    TcxIngress = 46,
}
