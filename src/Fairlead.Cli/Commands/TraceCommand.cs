using System.CommandLine;
using Fairlead.Api.Errors;
using Fairlead.Cli.Cluster;
using Fairlead.Cli.Traces;
using Fairlead.Client;
using Fairlead.Client.Https;
using Fairlead.Network.Traces;

namespace Fairlead.Cli.Commands;

/// <summary>
/// `fairlead trace`: where a packet goes, step by step, and why nothing answers it. Exit code 0 if something answers, 2 if
/// nothing would, 1 for a question that makes no sense.
/// </summary>
public static class TraceCommand
{
    const int NothingAnswers = 2;

    static readonly Argument<string> From = new("from") { Description = "Who sends: POD, NAMESPACE/POD, node/NODE or an IP address." };
    static readonly Option<string> To = new("--to") { Description = "Where to: SERVICE, NAMESPACE/SERVICE, a DNS name or an IP address, with :PORT.", Required = true };
    static readonly Option<string?> Proto = new("--proto") { Description = "tcp, udp or sctp (default that of the Service's port, else tcp)." };
    static readonly Option<string> Namespace = new("--namespace", "-n") { Description = "Namespace of names that say none.", DefaultValueFactory = _ => "default" };
    static readonly Option<string> Output = new("--output", "-o") { Description = "text or json.", DefaultValueFactory = _ => "text" };
    static readonly Option<string?> KubeconfigPath = new("--kubeconfig") { Description = "Another cluster than a local one." };

    public static Command Create()
    {
        Output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("trace", "Show where a packet goes, and why nothing answers.")
        {
            From, To, Proto, Namespace, Output, ClusterArguments.Name, ClusterArguments.DataDir, KubeconfigPath,
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
        var result = await TraceAsync(new(transport), layout is null ? TraceSurroundings.Unknown : TraceSurroundings.Of(layout.Options), question, transport.Server, cancellation).ConfigureAwait(false);
        if (arguments.GetValue(Output) == "json") Console.WriteLine(TraceJson.Of(result).ToJsonString(new() { WriteIndented = true }));
        else Console.Write(TraceText.Of(result));
        return result.Answers ? 0 : NothingAnswers;
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

    static async Task<TraceResult> TraceAsync(KubeClient client, TraceSurroundings surroundings, TraceQuestion question, Uri server, CancellationToken cancellation)
    {
        try
        {
            var reader = new TraceReader(client, surroundings, question);
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
