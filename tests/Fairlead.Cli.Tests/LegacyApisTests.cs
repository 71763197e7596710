using Fairlead.Client;
using Fairlead.Store.Tests;

namespace Fairlead.Cli.Tests;

/// <summary>--legacy-apis, given to the server or chosen for the cluster by `up`.</summary>
public sealed class LegacyApisTests
{
    [Theory]
    [InlineData(false, false, 404)]
    [InlineData(true, false, 200)]
    [InlineData(false, true, 200)]
    public async Task Old_versions_are_served_if_asked_for(bool flag, bool cluster, int code)
    {
        using var folder = new TemporaryFolder();
        var layout = ServerProcess.Prepare("legacy", Path.Combine(folder.Path, "data"));
        if (cluster) await File.WriteAllTextAsync(layout.OptionsFile, (await File.ReadAllTextAsync(layout.OptionsFile)).Replace("\"legacyApis\": false", "\"legacyApis\": true", StringComparison.Ordinal));
        using var server = ServerProcess.Start(layout, flag ? ["--legacy-apis"] : []);
        await server.ReadyAsync();
        Assert.Equal(code, (await server.Client.Transport.SendAsync(ApiRequest.Get("/apis/batch/v1beta1/cronjobs"), CancellationToken.None)).StatusCode);
    }
}
