using System.Globalization;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Network.Traces;

/// <summary>Where the packet that a trace is about is sent to, as the user wrote it.</summary>
public abstract record TraceTarget
{
    private protected TraceTarget() { }
}

/// <summary>An address and port.</summary>
public sealed record AddressTarget(Address Address, int Port) : TraceTarget
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Address.IsIPv6 ? $"[{Address}]" : Address.ToString())}:{Port}");
}

/// <summary>A Service by its own name, whatever a resolver would make of it.</summary>
/// <param name="Port">Number or name of one of its ports; null: the only one.</param>
public sealed record ServiceTarget(ServiceKey Service, string? Port) : TraceTarget
{
    public override string ToString() => Port is null ? $"Service {Service}" : $"Service {Service}:{Port}";
}

/// <summary>A name as a program would look it up.</summary>
/// <param name="Name">Lower case, without the last dot.</param>
/// <param name="Port">Number, or name of a port of the Service that the name is of; null: its only one.</param>
public sealed record NameTarget(string Name, string? Port) : TraceTarget
{
    public override string ToString() => Port is null ? Name : $"{Name}:{Port}";
}
