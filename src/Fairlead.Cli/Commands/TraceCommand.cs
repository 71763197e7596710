using System.Collections.Immutable;
using System.CommandLine;
using Fairlead.Api.Errors;
using Fairlead.Cli.Cluster;
using Fairlead.Cli.Traces;
using Fairlead.Cli.Traces.Live;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Network.Addresses;
using Fairlead.Network.Services;
using Fairlead.Network.Traces;
using Fairlead.Network.Traces.Live;

namespace Fairlead.Cli.Commands;

/// <summary>
/// `fairlead trace`: where a packet goes, step by step, and why nothing answers it. Exit code 0 if something answers, 2 if
/// nothing would, 1 for a question that makes no sense.
/// </summary>
public static class TraceCommand
{
    const int NothingAnswers = 2, MostProbes = 2000;

    static readonly Argument<string> From = new("from") { Description = "Who sends: POD, NAMESPACE/POD, node/NODE or an IP address." };
    static readonly Option<string> To = new("--to") { Description = "Where to: SERVICE, NAMESPACE/SERVICE, a DNS name or an IP address, with :PORT.", Required = true };
    static readonly Option<string?> Proto = new("--proto") { Description = "tcp, udp or sctp (default that of the Service's port, else tcp)." };
    static readonly Option<string> Namespace = new("--namespace", "-n") { Description = "Namespace of names that say none.", DefaultValueFactory = _ => "default" };
    static readonly Option<string> Output = new("--output", "-o") { Description = "text or json.", DefaultValueFactory = _ => "text" };
    static readonly Option<bool> Live = new("--live") { Description = "Send real probes too, and compare (root, on the machine of a local cluster)." };
    static readonly Option<int> Probes = new("--probes") { Description = "How many probes --live sends.", DefaultValueFactory = _ => 100 };
    static readonly Option<string?> KubeconfigPath = new("--kubeconfig") { Description = "Another cluster than a local one." };

    public static Command Create()
    {
        Output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("trace", "Show where a packet goes, and why nothing answers.")
        {
            From, To, Proto, Namespace, Output, Live, Probes, ClusterArguments.Name, ClusterArguments.DataDir, KubeconfigPath,
        };
        command.SetAction(async (arguments, cancellation) =>
        {
            try
            {
                return await RunAsync(arguments, cancellation).ConfigureAwait(false);
            }
            catch (TraceQuestionException e)
            {
                throw new CommandException(e.Message);
            }
        });
        return command;
    }

    static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var question = TraceQuestion.Read(arguments.GetValue(From)!, arguments.GetValue(To)!, arguments.GetValue(Proto), arguments.GetValue(Namespace)!);
        var layout = arguments.GetValue(KubeconfigPath) is null ? ClusterArguments.Existing(arguments) : null;
        using var transport = Connect(layout?.Kubeconfig ?? arguments.GetValue(KubeconfigPath)!);
        ImmutableArray<AddressRange> podRanges = layout is null ? [] : [.. layout.Options.ClusterCidr.All.Select(r => AddressRange.Parse(r.ToString()))];
        var result = await TraceAsync(new(transport), podRanges, question, transport.Server, cancellation).ConfigureAwait(false);
        var live = arguments.GetValue(Live) ? await ProbeAsync(layout, question, result, arguments.GetValue(Probes), cancellation).ConfigureAwait(false) : null;
        Print(result, live, arguments.GetValue(Output) == "json");
        return (live is null ? result.Answers : live.Answered > 0) ? 0 : NothingAnswers;
    }

    static void Print(TraceResult result, LiveReport? live, bool json)
    {
        if (json)
        {
            var document = TraceJson.Of(result);
            if (live is not null) document["live"] = LiveText.Json(live);
            Console.WriteLine(document.ToJsonString(new() { WriteIndented = true }));
            return;
        }
        Console.Write(TraceText.Of(result));
        if (live is not null) Console.Write(LiveText.Of(live));
    }

    static async Task<LiveReport> ProbeAsync(ClusterLayout? layout, TraceQuestion question, TraceResult result, int number, CancellationToken cancellation)
    {
        if (layout is null) throw new CommandException("--live needs the machine of a local cluster: leave out --kubeconfig.");
        if (!Environment.IsPrivilegedProcess) throw new CommandException("--live enters the sender's network namespace, which is root's: run it with sudo.");
        if (number is < 1 or > MostProbes) throw new CommandException($"--probes {number}: give a number from 1 to {MostProbes}.");
        if (result.Protocol == TransportProtocol.Sctp) throw new CommandException("--live sends TCP and UDP, not SCTP: leave it out.");
        // A trace that ends before any address has nothing to be sent to.
        if (result.Destinations.IsEmpty) return new(0, 0);
        var stand = await LiveStand.FindAsync(layout, result, question.Sender, cancellation).ConfigureAwait(false);
        return LiveComparison.Of(result, await new LiveProbes(layout, stand, result).SendAsync(number, cancellation).ConfigureAwait(false));
    }

    static HttpsTransport Connect(string kubeconfig)
    {
        try
        {
            return new(KubeconfigFile.Read(kubeconfig));
        }
        catch (InvalidDataException e)
        {
            throw new CommandException(e.Message);
        }
    }

    static async Task<TraceResult> TraceAsync(KubeClient client, ImmutableArray<AddressRange> podRanges, TraceQuestion question, Uri server, CancellationToken cancellation)
    {
        try
        {
            var reader = new TraceReader(client, podRanges, question);
            var objects = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            var result = ClusterTrace.Of(objects, question);
            var more = await new DiagnosisReader(client, reader.Catalog, question).ReadAsync(objects, result, cancellation).ConfigureAwait(false);
            return more is null ? result : ClusterTrace.Of(more, question);
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"The API server at {server} is not reached ({e.Message}): see ./fairlead status.");
        }
        catch (ApiException e)
        {
            throw new CommandException($"The API server at {server} refuses: {e.Message.TrimEnd('.')}.");
        }
    }
}
