using System.Globalization;
using System.Net;
using Fairlead.Dataplanes.Probe;

// A sender and receiver of the lab: one process in the network namespace and cgroup of a Pod, a node or a host outside.
//
//   Fairlead.Dataplanes.Probe [ADDRESS,… PORT,…]    answers on them by TCP, UDP and SCTP with "own-address:port seen-source"
//
// Prints "ready", then reads one command a line, many at once, and prints one line for each when it is done, ID first:
//
//   ID ask PROTOCOL ADDRESS PORT MILLISECONDS [mark=N]           one new connection or datagram, asked once
//   ID count N PROTOCOL ADDRESS PORT MILLISECONDS [mark=N]       N of them; who answered, how often
//   ID open NAME PROTOCOL ADDRESS PORT MILLISECONDS [mark=N]     one that is asked and kept
//   ID again NAME MILLISECONDS                                   asks over a kept one
//   ID close NAME
//
// PROTOCOL is tcp, udp, udp-free (a socket that is never connected), or sctp (its handshake's first exchange, by hand).
// It ends with its standard input.
if (args is [var addresses, var numbers])
{
    int[] ports = [.. numbers.Split(',').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
    foreach (var address in addresses.Split(',')) Server.Start(IPAddress.Parse(address), ports);
}

var commands = new Commands();
var gate = new Lock();
void Print(string line)
{
    lock (gate) Console.Out.WriteLine(line);
}

Print("ready");
while (await Console.In.ReadLineAsync() is { } line)
{
    var words = line.Split(' ');
    // On the pool: what needs no waiting would hold up the next command.
    _ = Task.Run(async () => Print($"{words[0]} {await commands.RunAsync(words.AsMemory(1))}"));
}
