using Fairlead.Cli.Commands;

namespace Fairlead.Cli.Tests;

/// <summary>What the commands of joining say when they are asked for what can't be.</summary>
public sealed class TokenCommandTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("30s", 30)]
    [InlineData("1h30m", 5400)]
    [InlineData("7d", 604800)]
    [InlineData("", null)]
    [InlineData("h", null)]
    [InlineData("5", null)]
    [InlineData("5w", null)]
    [InlineData("99999999h", null)]
    public void Durations_are_numbers_with_units(string text, int? seconds) =>
        Assert.Equal(seconds, (int?)TokenCommand.ParseDuration(text)?.TotalSeconds);

    [Theory]
    [InlineData("token create --ttl soon", "--ttl soon is no duration: give one such as 30m, 24h or 7d, or 0 for a token that never ends. See ./fairlead token create --help.")]
    [InlineData("agent --join 127.0.0.1:1 --data-dir /nonexistent", "This machine has not joined yet and has no --token: make one on the server with ./fairlead token create --print-join-command.")]
    [InlineData("agent --join 127.0.0.1:1 --data-dir /nonexistent --token-file /nonexistent/token", "--token-file /nonexistent/token: Could not find a part of the path '/nonexistent/token'.")]
    [InlineData("agent --join 127.0.0.1:1 --data-dir /nonexistent --token abcdef.0123456789abcdef", "Without --ca-hash nobody could tell the server from someone between: make one on the server with ./fairlead token create --print-join-command.")]
    [InlineData("agent --join a/b --data-dir /nonexistent --token abcdef.0123456789abcdef --ca-hash sha256:0000000000000000000000000000000000000000000000000000000000000000", "\"a/b\" is no address of a server: give HOST:PORT, such as 10.0.0.1:6443.")]
    [InlineData("agent --join a:1 --node-ip here", "--node-ip here is no address: give one such as 10.0.0.2. See ./fairlead agent --help.")]
    [InlineData("token list --kubeconfig /nonexistent", "The kubeconfig /nonexistent can't be read: Could not find file '/nonexistent'.")]
    public async Task Failures_say_what_to_do(string arguments, string sentence) =>
        (await FairleadProcess.RunAsync(arguments.Split(' '))).FailsWith("fairlead: " + sentence);
}
