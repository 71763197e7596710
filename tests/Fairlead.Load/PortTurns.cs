using System.Diagnostics;

namespace Fairlead.Load;

/// <summary>
/// Every port in turn, none again within two minutes: Linux picks a client's ports almost by chance, so at 500 connections a
/// second some come again within a second.
/// </summary>
sealed class PortTurns
{
    const int First = 1024, Count = 65536 - First;

    // So long IPVS remembers a connection that has ended.
    static readonly TimeSpan Rest = TimeSpan.FromMinutes(2);

    readonly int start = Random.Shared.Next(Count);
    int taken;
    long began = Stopwatch.GetTimestamp();

    /// <returns>False while all ports rest.</returns>
    public bool TryTake(out int port)
    {
        port = First + ((start + taken) % Count);
        if (taken == Count)
        {
            if (Stopwatch.GetElapsedTime(began) < Rest) return false;
            (taken, began) = (0, Stopwatch.GetTimestamp());
        }
        taken++;
        return true;
    }
}
