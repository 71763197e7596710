using System.Globalization;

namespace Fairlead.Linux.Tests;

/// <summary>Room for many flows in every namespace's connection tracking table, as long as it lives, where the kernel lets it be made.</summary>
sealed class ConntrackRoom : IDisposable
{
    const string Most = "/proc/sys/net/netfilter/nf_conntrack_max";

    readonly int before = Read();

    public ConntrackRoom(int flows)
    {
        if (before < flows) TryWrite(flows);
        Flows = Math.Min(flows, Read());
    }

    /// <summary>How many there is room for.</summary>
    public int Flows { get; }

    static int Read() => int.Parse(File.ReadAllText(Most), CultureInfo.InvariantCulture);

    static void TryWrite(int flows)
    {
        try
        {
            File.WriteAllText(Most, flows.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is the machine's, and may be another's to say.
        }
    }

    public void Dispose()
    {
        if (Read() != before) TryWrite(before);
    }
}
