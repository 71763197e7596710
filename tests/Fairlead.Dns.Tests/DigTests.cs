using System.Diagnostics;
using System.Net;

namespace Fairlead.Dns.Tests;

/// <summary>What dig sees; skipped where it is not installed.</summary>
public class DigTests
{
    [Theory]
    [InlineData("web.default.svc.cluster.local +short", "10.96.0.1")]
    [InlineData("_http._tcp.web.default.svc.cluster.local SRV +short", "0 100 80 web.default.svc.cluster.local.")]
    [InlineData("-x 10.96.0.1 +short", "web.default.svc.cluster.local.")]
    [InlineData("dns-version.cluster.local TXT +short", "\"1.1.0\"")]
    [InlineData("inside.default.svc.cluster.local +short", "web.default.svc.cluster.local.\n10.96.0.1")]
    [InlineData("web.default.svc.cluster.local +short +tcp +dnssec", "10.96.0.1")]
    [InlineData("nothing.default.svc.cluster.local +noall +authority",
        "cluster.local.\t\t5\tIN\tSOA\tns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 5")]
    public async Task Prints(string arguments, string expected)
    {
        await using var server = await RunningServer.StartAsync(RunningServer.Options(), TestNames.Table);
        Assert.Equal(expected, await DigAsync(server.Address, arguments));
    }

    [Fact]
    public async Task CountsEveryAddressOfALongAnswer()
    {
        await using var server = await RunningServer.StartAsync(RunningServer.Options(), TestNames.Table);
        // dig comes again over TCP by itself when the answer was cut.
        Assert.Equal(200, (await DigAsync(server.Address, "many.default.svc.cluster.local +short")).Split('\n').Length);
    }

    internal static async Task<string> DigAsync(IPEndPoint server, string arguments)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(p => File.Exists(Path.Combine(p, "dig"))), "dig is not installed");
        using var dig = Process.Start(new ProcessStartInfo("dig", $"@{server.Address} -p {server.Port} +tries=1 +time=5 {arguments}") { RedirectStandardOutput = true })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var output = await dig.StandardOutput.ReadToEndAsync(limit.Token);
        await dig.WaitForExitAsync(limit.Token);
        return output.Trim();
    }
}
