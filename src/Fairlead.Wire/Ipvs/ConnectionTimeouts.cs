namespace Fairlead.Wire.Ipvs;

/// <summary>How long IPVS remembers a connection without packets, in whole seconds.</summary>
/// <param name="Tcp">An established connection.</param>
/// <param name="TcpFin">One that is being closed.</param>
public readonly record struct ConnectionTimeouts(TimeSpan Tcp, TimeSpan TcpFin, TimeSpan Udp);
