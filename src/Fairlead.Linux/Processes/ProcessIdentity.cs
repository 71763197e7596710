using System.Runtime.InteropServices;

namespace Fairlead.Linux.Processes;

/// <summary>
/// A process by its id and the time at which it started, so that another one that got the same id later is not taken
/// for it.
/// </summary>
/// <param name="StartTicks">Field 22 of /proc/PID/stat: clock ticks since boot.</param>
public sealed partial record ProcessIdentity(int Pid, ulong StartTicks)
{
    /// <summary>The process that has this id now, or null.</summary>
    public static ProcessIdentity? Find(int pid) => ReadStat(pid) is { } stat ? new(pid, stat.StartTicks) : null;

    /// <summary>It runs: neither gone nor a zombie.</summary>
    public bool IsAlive => ReadStat(Pid) is { } stat && stat.StartTicks == StartTicks && stat.State is not ('Z' or 'X');

    /// <summary>Asks it to end (SIGTERM). One that is gone is success.</summary>
    public void Terminate() => Signal(15);

    /// <summary>Ends it (SIGKILL). One that is gone is success.</summary>
    public void Kill() => Signal(9);

    /// <summary>Waits until it is gone.</summary>
    /// <returns>False if it still runs after <paramref name="limit"/>.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit, CancellationToken cancellation)
    {
        var end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (IsAlive)
        {
            if (Environment.TickCount64 > end) return false;
            await Task.Delay(10, cancellation).ConfigureAwait(false);
        }
        return true;
    }

    void Signal(int signal)
    {
        if (IsAlive) _ = kill(Pid, signal);
    }

    static (char State, ulong StartTicks)? ReadStat(int pid)
    {
        try
        {
            return ParseStat(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads a line of /proc/PID/stat. The name, in parentheses, may hold spaces and parentheses itself.</summary>
    internal static (char State, ulong StartTicks) ParseStat(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (fields[0][0], ulong.Parse(fields[19]));
    }

    [LibraryImport("libc", SetLastError = true)] private static partial int kill(int pid, int signal);
}
