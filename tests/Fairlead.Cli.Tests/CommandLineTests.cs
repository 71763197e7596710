using Fairlead.Cli.Commands;

namespace Fairlead.Cli.Tests;

public class CommandLineTests
{
    public static readonly TheoryData<string, string> Wrong = new()
    {
        { "up --nodez 2", "--nodez is not known here. See ./fairlead up --help." },
        { "up --nodes x", "--nodes x is no number: give one such as 1. See ./fairlead up --help." },
        { "up --nodes 0", "A local cluster has 1 to 100 nodes, not 0." },
        { "up --api-port 70000", "70000 is no port: give --api-port a number from 1 to 65535." },
        { "up --node-cidr z", "--node-cidr z is no IPv4 range, nor one with an IPv6 range behind a comma: give one such as 10.89.0.0/24. See ./fairlead up --help." },
        { "up --name Lab", "\"Lab\" can't name a cluster: use 1 to 11 lower-case letters, digits and '-', beginning with a letter." },
        { "trace client", "Option '--to' is required. See ./fairlead trace --help." },
        { "trace --to web", "Required argument 'from' missing for command: 'trace'. See ./fairlead trace --help." },
        { "trace client --to 10.96.0.1", "--to 10.96.0.1 names no port: write it as 10.96.0.1:80." },
        { "trace client --to web --proto icmp", "--proto icmp is no protocol of Services: give tcp, udp or sctp." },
        { "trace client --to web --name imgf-no", "There is no cluster \"imgf-no\": start one with ./fairlead up --name imgf-no." },
        { "trace client --to web --kubeconfig /no/file", "The kubeconfig /no/file can't be read: Could not find a part of the path '/no/file'." },
        { "trace client --to web -o yaml", "Argument 'yaml' not recognized. Must be one of: 'text' 'json'. See ./fairlead trace --help." },
        { "bogus", "bogus is not known here. See ./fairlead --help." },
        { "image load", "Required argument 'file' missing for command: 'load'. See ./fairlead image load --help." },
        { "image list -o yaml", "Argument 'yaml' not recognized. Must be one of: 'table' 'json'. See ./fairlead image list --help." },
        { "kubeconfig --name imgf-no", "There is no cluster \"imgf-no\": start one with ./fairlead up --name imgf-no." },
        { "image build /no/folder --tag a.b/c:d", "There is no folder /no/folder: give the folder that is to be the image's root." },
        { "image build /etc --tag App", "--tag \"App\" is not a whole image reference; write it as registry/name:tag in lower case, such as fairlead.local/app:v1." },
        { "image build /etc --tag a.b/c:d --env X", "--env X has no value: write it as NAME=value." },
        { "image build /etc --tag a.b/c:d --workdir x", "--workdir x does not begin with '/': give the whole path inside the image." },
        { "image build /etc --tag a.b/c:d --cmd [1", "--cmd [1 is no JSON list of words: write it as [\"/app\",\"--port\",\"80\"], or as a line for the shell." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task WrongOptionsAreNamedInOneSentence(string arguments, string sentence) =>
        (await FairleadProcess.RunAsync(arguments.Split(' '))).FailsWith("fairlead: " + sentence);

    [Fact]
    public async Task HelpIsThereUnderEveryName()
    {
        var help = (await FairleadProcess.RunAsync("--help")).Succeeds();
        Assert.Contains("image", help);
        Assert.Equal(help, (await FairleadProcess.RunAsync()).Succeeds());
        Assert.Equal(help, (await FairleadProcess.RunAsync("help")).Succeeds());
        Assert.Contains("--entrypoint", (await FairleadProcess.RunAsync("help", "image", "build")).Succeeds());
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(" ", "")]
    [InlineData("[\"/app\", \"a b\"]", "/app|a b")]
    [InlineData(" [ ]", "")]
    [InlineData("httpd -f", "/bin/sh|-c|httpd -f")]
    public void CommandsAreReadAsInADockerfile(string? text, string words) => Assert.Equal(words, string.Join('|', ImageBuildCommand.Words("--cmd", text)));
}
