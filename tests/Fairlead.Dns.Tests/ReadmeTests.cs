using System.Runtime.CompilerServices;

namespace Fairlead.Dns.Tests;

/// <summary>The examples in the README, as they stand there.</summary>
public class ReadmeTests
{
    [Fact]
    public async Task ExamplesPrintWhatTheySay()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.Options(), TestNames.Table);
        var lines = await File.ReadAllLinesAsync(Path.Combine(Root(), "src/Fairlead.Dns/README.md"), TestContext.Current.CancellationToken);
        const string Prompt = "    $ dig @10.96.0.10 ";
        var examples = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Prompt, StringComparison.Ordinal)) continue;
            var output = lines[(i + 1)..].TakeWhile(l => l.StartsWith("    ", StringComparison.Ordinal) && !l.StartsWith("    $", StringComparison.Ordinal));
            Assert.Equal(string.Join('\n', output.Select(l => l.Trim())), await DigTests.DigAsync(server.Address, lines[i][Prompt.Length..]));
            examples++;
        }
        Assert.Equal(3, examples);
    }

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));
}
