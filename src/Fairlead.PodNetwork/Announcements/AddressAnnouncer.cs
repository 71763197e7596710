using System.Collections.Immutable;
using Fairlead.Client.Events;
using Fairlead.Linux;
using Fairlead.Network.Addresses;
using Fairlead.Network.Announcements;
using Fairlead.Network.Services;

namespace Fairlead.PodNetwork.Announcements;

/// <summary>
/// Announces on this node's link the load balancers' addresses that are this node's to announce, and takes over those of a node
/// that went. Runs in the node's network namespace.
/// </summary>
/// <remarks><code>
/// ClusterFeed ─▶ AnnouncementState (pure) ─▶ addresses of this node ─▶ NeighbourResponder ─▶ ARP, NDP on the link
/// </code></remarks>
public sealed class AddressAnnouncer : IDisposable
{
    // A frame may be lost, and a neighbour may refuse to learn twice within a second: an address is told several times when it comes.
    const int Times = 5;
    static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    // How soon a link that was lost is looked for again.
    static readonly TimeSpan Recheck = TimeSpan.FromSeconds(2);

    readonly AnnouncerOptions options;
    readonly ClusterFeed.Reader reader;
    readonly EventRecorder events;
    readonly TimeProvider time;
    readonly Action<string> log;
    readonly SemaphoreSlim changed = new(1, 1);
    readonly AnnouncementState state = new();
    readonly Dictionary<Address, (int Left, DateTimeOffset Due)> telling = [];
    ImmutableHashSet<Address> answered = [];
    NeighbourResponder? responder;
    string? said;

    /// <param name="feed">Services, slices and Nodes, kept by the caller.</param>
    /// <param name="events">Receives an event of each Service whose address comes to this node; run by the caller.</param>
    public AddressAnnouncer(AnnouncerOptions options, ClusterFeed feed, EventRecorder events, TimeProvider time, Action<string> log)
    {
        (this.options, this.events, this.time, this.log) = (options, events, time, log);
        reader = feed.Subscribe(Signal);
    }

    // The link in the namespace that the agent runs in.
    internal Func<string, NeighbourResponder> Open { get; init; } = NeighbourResponder.Open;

    /// <summary>Runs until cancelled.</summary>
    /// <param name="synced">Completes when the feed has all objects: before, every address would seem to be this node's.</param>
    public async Task RunAsync(Task synced, CancellationToken cancellation)
    {
        await synced.WaitAsync(cancellation).ConfigureAwait(false);
        while (true)
        {
            var wait = Step();
            await changed.WaitAsync(wait, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Brings the link up to date and says how long nothing is to be done unless something changes.</summary>
    TimeSpan Step()
    {
        var (snapshot, services) = reader.Take();
        var table = state.Apply(snapshot, services);
        try
        {
            responder ??= Open(options.Link);
            Take(snapshot, table);
            Tell();
            said = null;
        }
        catch (LinuxException e)
        {
            if (said != e.Message) log($"announcements on {options.Link}: {e.Message}; tried again every {Recheck.TotalSeconds} s");
            said = e.Message;
            responder?.Dispose();
            (responder, answered) = (null, []);
        }
        return telling.Count > 0 ? Between / 4 : Recheck;
    }

    void Take(ClusterSnapshot snapshot, ImmutableSortedDictionary<Address, Announcement> table)
    {
        var own = table.Values.Where(a => a.Node == options.NodeName).ToList();
        var now = own.Select(a => a.Address).ToImmutableHashSet();
        responder!.Answer(now);
        foreach (var announcement in own.Where(a => !answered.Contains(a.Address)))
        {
            telling[announcement.Address] = (Times, time.GetUtcNow());
            log($"announces {announcement.Address} of Service {announcement.Source.Namespace}/{announcement.Source.Name}");
            if (snapshot.Services.TryGetValue(new(announcement.Source.Namespace, announcement.Source.Name), out var service))
                events.Record(service, "service-lb-announcer", "Normal", "NodeAssigned", $"Announcing {announcement.Address} from node {options.NodeName}");
        }
        foreach (var address in answered.Except(now))
        {
            telling.Remove(address);
            log($"no longer announces {address}");
        }
        answered = now;
    }

    void Tell()
    {
        var now = time.GetUtcNow();
        foreach (var (address, (left, due)) in telling.ToList())
        {
            if (due > now) continue;
            responder!.Announce(address);
            if (left == 1) telling.Remove(address);
            else telling[address] = (left - 1, now + Between);
        }
    }

    void Signal()
    {
        lock (changed)
        {
            if (changed.CurrentCount == 0) changed.Release();
        }
    }

    public void Dispose()
    {
        responder?.Dispose();
        changed.Dispose();
    }
}
