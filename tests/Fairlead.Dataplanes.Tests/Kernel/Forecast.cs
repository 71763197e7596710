using Fairlead.Network.Addresses;
using Fairlead.Network.Services;

namespace Fairlead.Dataplanes.Tests.Kernel;

/// <summary>
/// What the interpreter allows to become of a question in the lab: the sender's node is asked first and, if the packet goes
/// on unchanged to an address of the other node, that one.
/// </summary>
public sealed class Forecast
{
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    readonly Sender sender;
    readonly Mode mode;
    readonly NodeTable table;

    Forecast(Sender sender, Mode mode, LabNode node, NodeTable table, Packet packet)
    {
        (this.sender, this.mode, this.table, Node) = (sender, mode, table, node);
        Trace = ServiceInterpreter.Walk(table, packet);
    }

    public Trace Trace { get; }

    /// <summary>The node whose data plane decides.</summary>
    public LabNode Node { get; }

    /// <summary>The frontend that is reached, or null.</summary>
    public Frontend? Frontend => Kind == OutcomeKind.NotAService ? null
        : table.Frontends.GetValueOrDefault(new(Packet.Destination, Packet.Protocol, Packet.Port))
            ?? table.Frontends.GetValueOrDefault(new(Packet.Destination.IsIPv6 ? Address.AnyIPv6 : Address.AnyIPv4, Packet.Protocol, Packet.Port));

    public Packet Packet => Trace.Packet;

    public OutcomeKind Kind => Trace.Outcomes[0].Kind;

    /// <summary>How long to wait for an answer: where none is to come, not for long.</summary>
    public TimeSpan Wait => Kind == OutcomeKind.Drop || MayBeSilent ? Short : Sender.Patience;

    public static Forecast Of(Lab lab, Planes planes, Sender sender, Address to, TransportProtocol protocol, int port)
    {
        var packet = new Packet(sender.SourceTo(to), to, protocol, port);
        var owner = lab.OwnerOf(to);
        var node = sender.Place == SenderPlace.Outside && owner is not null ? owner : lab.Node(sender.Entry);
        var forecast = new Forecast(sender, planes.Mode, node, planes.On(node).Table, packet);
        return forecast.Kind == OutcomeKind.NotAService && owner is not null && owner != node
            ? new(sender, planes.Mode, owner, planes.On(owner).Table, packet)
            : forecast;
    }

    /// <param name="atMost">How long to wait; null: <see cref="Wait"/>.</param>
    public Task<Answer> AskAsync(bool free = false, TimeSpan? atMost = null) =>
        sender.AskAsync(Packet.Destination, Packet.Protocol, Packet.Port, atMost ?? Wait, free);

    /// <summary>Whether the answer is one of the allowed.</summary>
    public bool Allows(Answer answer) => Trace.Outcomes.Any(outcome => outcome.Kind switch
    {
        OutcomeKind.Forward => IsFrom(answer, outcome.Backend!.ToString()) && MaySee(outcome.Masquerade, answer.SeenSource),
        OutcomeKind.Reject => answer.Fate == Fate.Refused,
        OutcomeKind.Drop => answer.Fate is Fate.Silence or Fate.Denied,
        // Nobody else has the address: the world, or nobody at all.
        _ => PassesToTheWorld ? IsFrom(answer, Asked) && answer.SeenSource == Packet.Source
            : answer.Fate == Fate.Refused || MayBeSilent && answer.Fate == Fate.Silence,
    });

    /// <summary>
    /// The outcomes in short: "1 3*" for the Pods 1, and 3 masqueraded, on their port 8080; "1:8081", "ADDRESS:PORT" for others;
    /// "refused", "silence", or "passes": no Service, and whoever has the address is reached.
    /// </summary>
    public string Words => Kind switch
    {
        OutcomeKind.Forward => string.Join(' ', Trace.Outcomes.Select(o => NameOf(o.Backend!) + (o.Masquerade ? "*" : "")).Order(StringComparer.Ordinal)),
        OutcomeKind.Reject => "refused",
        OutcomeKind.Drop => "silence",
        _ => PassesToTheWorld ? "passes" : "refused",
    };

    bool PassesToTheWorld => LabPlan.Virtual.Contains(Packet.Destination) && LabPlan.ServicePorts.Contains(Packet.Port);

    // The raw socket by which a node sends is the one that takes what it sends to itself.
    bool MayBeSilent => Kind == OutcomeKind.NotAService && !PassesToTheWorld && Packet.Protocol == TransportProtocol.Sctp;

    string Asked => new Backend(Packet.Destination, Packet.Port, false, new("", "", "", "")).ToString();

    bool IsFrom(Answer answer, string backend) => answer.Fate == Fate.Answered && answer.Backend == backend && answer.Peer == Asked;

    bool MaySee(bool masquerade, Address source) => mode.Source switch
    {
        SourceSeen.AlwaysTheNodes => Node.Addresses.Contains(source),
        SourceSeen.OwnWithinTheCluster when sender.Place == SenderPlace.Pod && source == Packet.Source => true,
        SourceSeen.OwnWithinTheCluster when sender.Place == SenderPlace.Node && sender.Node.Addresses.Contains(source) => true,
        _ => masquerade ? Node.Addresses.Contains(source) : source == Packet.Source,
    };

    static string NameOf(Backend backend) => LabPlan.PodOf(backend.Address) switch
    {
        0 => backend.ToString(),
        var pod => backend.Port == LabPlan.PodPorts[0] ? $"{pod}" : $"{pod}:{backend.Port}",
    };

    public override string ToString() => $"{sender}, {Packet}: {Words}\n  {string.Join("\n  ", Trace.Steps.Select(s => s.Text))}";
}
