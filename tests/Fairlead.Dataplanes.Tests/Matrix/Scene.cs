using Fairlead.Dataplanes.Tests.Kernel;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>The lab in the hands of one row and one mode. Collects what is wrong.</summary>
public sealed class Scene(Lab lab, Mode mode)
{
    readonly List<string> faults = [];

    public Lab Lab => lab;
    public Mode Mode => mode;
    public Planes Planes { get; } = lab.Use(mode);

    public IReadOnlyList<string> Faults => faults;

    /// <summary>The protocols that the mode carries.</summary>
    public IEnumerable<TransportProtocol> Protocols => Enum.GetValues<TransportProtocol>().Where(p => mode.Sctp || p != TransportProtocol.Sctp);

    /// <summary>Brings both nodes to a cluster, whatever they served before.</summary>
    public void Serve(ClusterSnapshot cluster)
    {
        Planes.Converge(cluster);
        lab.ForgetFlows();
    }

    /// <summary>Notes a fault unless the condition holds.</summary>
    public void Expect(bool holds, string otherwise)
    {
        if (holds) return;
        lock (faults) faults.Add(otherwise);
    }

    /// <summary>Sends what the lines say, all at once, and compares with the lines and with the interpreter.</summary>
    public Task CheckAsync(params IEnumerable<Line> lines) => Task.WhenAll(
        from line in lines
        from sender in SendersOf(line.From)
        from word in line.To.Split(' ')
        from ipv6 in (bool[])[false, true]
        from protocol in Protocols
        where Destinations.Find(word, ipv6) is not null
        let to = Destinations.Find(word, ipv6)!.Value
        select CheckAsync(sender, to.Address, protocol, to.Port, line.Says));

    /// <summary>Sends one packet and compares with the interpreter and, if given, with the words.</summary>
    public async Task<Answer> CheckAsync(Sender sender, Address to, TransportProtocol protocol, int port, string? says = null, bool free = false)
    {
        var forecast = Forecast.Of(lab, Planes, sender, to, protocol, port);
        Expect(says is null || says == forecast.Words, $"the row says \"{says}\", the interpreter otherwise: {forecast}");
        var answer = await forecast.AskAsync(free);
        Expect(forecast.Allows(answer), $"{answer}: not allowed for {forecast}");
        return answer;
    }

    public IEnumerable<Sender> SendersOf(string words) => words.Split(' ').SelectMany(word => word switch
    {
        "all" => lab.Senders,
        "pods" => lab.Senders.Where(s => s.Place == SenderPlace.Pod),
        "nodes" => lab.Senders.Where(s => s.Place == SenderPlace.Node),
        "outside" => lab.Senders.Where(s => s.Place == SenderPlace.Outside),
        _ => [lab[word]],
    });
}
