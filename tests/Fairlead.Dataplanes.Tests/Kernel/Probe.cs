using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>A process in one of the lab's namespaces that answers and asks; see Program.cs of Fairlead.Dataplanes.Probe.</summary>
public sealed class Probe : IDisposable
{
    static readonly string Program = Path.Combine(
        AppContext.BaseDirectory.Replace("Fairlead.Dataplanes.Tests", "Fairlead.Dataplanes.Probe", StringComparison.Ordinal), "Fairlead.Dataplanes.Probe");

    // What a lab fault would otherwise hang on.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    readonly Process process;
    readonly ConcurrentDictionary<int, TaskCompletionSource<string>> waiting = [];
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task reading;
    int asked;

    /// <param name="cgroupFolder">The version 2 cgroup to run in, or null.</param>
    /// <param name="addresses">Those to answer on; may be none.</param>
    public Probe(string namespaceFile, string? cgroupFolder, IReadOnlyCollection<Address> addresses, IReadOnlyCollection<int> ports)
    {
        // The shell joins the cgroup and becomes the probe, so that the id is its own in the end.
        const string steps = """[ -z "$0" ] || echo $$ > "$0/cgroup.procs" || exit 126; exec "$@" """;
        string[] serve = addresses.Count > 0 ? [string.Join(',', addresses), string.Join(',', ports)] : [];
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", steps, cgroupFolder ?? "", "nsenter", "--net=" + namespaceFile, Program, .. serve])
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        reading = Task.Run(ReadAsync);
    }

    /// <summary>Completes when it answers.</summary>
    public Task Ready => ready.Task.WaitAsync(Limit);

    /// <summary>Opens one connection or sends one datagram, and tells what became of it.</summary>
    /// <param name="free">Of UDP: over a socket that is never connected.</param>
    /// <param name="mark">SO_MARK, or 0.</param>
    public async Task<Answer> AskAsync(Address to, TransportProtocol protocol, int port, TimeSpan patience, bool free = false, int mark = 0) =>
        Answer.Read(await SendAsync($"ask {Target(to, protocol, port, patience, free, mark)}"));

    /// <summary>Asks many times; how often each backend answered, and each other fate happened, by its name.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountAsync(int times, Address to, TransportProtocol protocol, int port, TimeSpan patience, int mark = 0)
    {
        var line = await SendAsync($"count {times} {Target(to, protocol, port, patience, false, mark)}");
        return line.Split(' ').Skip(1).Select(c => c.Split('=')).ToDictionary(c => c[0], c => int.Parse(c[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Opens a connection, or a UDP socket, that is kept under a name, and asks over it.</summary>
    public async Task<Answer> OpenAsync(string name, Address to, TransportProtocol protocol, int port, TimeSpan patience, bool free = false, int mark = 0) =>
        Answer.Read(await SendAsync($"open {name} {Target(to, protocol, port, patience, free, mark)}"));

    /// <summary>Asks over a kept one.</summary>
    public async Task<Answer> AgainAsync(string name, TimeSpan patience) =>
        Answer.Read(await SendAsync($"again {name} {(int)patience.TotalMilliseconds}"));

    public Task CloseAsync(string name) => SendAsync($"close {name}");

    static string Target(Address to, TransportProtocol protocol, int port, TimeSpan patience, bool free, int mark) =>
        $"{protocol.ToString().ToLowerInvariant()}{(free ? "-free" : "")} {to} {port} {(int)patience.TotalMilliseconds} mark={mark}";

    Task<string> SendAsync(string command)
    {
        var id = Interlocked.Increment(ref asked);
        var answer = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (process)
        {
            process.StandardInput.WriteLine($"{id} {command}");
            process.StandardInput.Flush();
        }
        return answer.Task.WaitAsync(Limit);
    }

    async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready") ready.TrySetResult();
            else if (line.IndexOf(' ') is > 0 and var space && waiting.TryRemove(int.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture), out var answer))
                answer.TrySetResult(line[(space + 1)..]);
        }
        var ended = new InvalidOperationException("the probe has ended");
        ready.TrySetException(ended);
        foreach (var answer in waiting.Values) answer.TrySetException(ended);
    }

    public void Dispose()
    {
        process.StandardInput.Dispose();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5))) process.Kill();
        process.WaitForExit();
        reading.Wait();
        process.Dispose();
    }
}
