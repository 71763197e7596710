namespace Fairlead.Server.Tests.FlowControl;

[Collection(nameof(TestServer))]
public sealed class FlowUpkeepTests(TestServer server)
{
    const string Group = "/apis/flowcontrol.apiserver.k8s.io/v1/";

    [Theory]
    [InlineData("flowschemas/exempt", "spec.matchingPrecedence", "1")]
    [InlineData("flowschemas/catch-all", "spec.matchingPrecedence", "10000")]
    [InlineData("prioritylevelconfigurations/exempt", "spec.type", "Exempt")]
    [InlineData("prioritylevelconfigurations/catch-all", "spec.limited.nominalConcurrencyShares", "5")]
    public async Task A_mandatory_object_that_is_deleted_is_made_again(string path, string field, string value)
    {
        var before = await server.GetAsync(Group + path);
        Assert.Equal(200, (await server.DeleteAsync(Group + path)).Code);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Answer after;
        while ((after = await server.GetAsync(Group + path)).Code != 200 || after.At("metadata.uid") == before.At("metadata.uid"))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), after.Text);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        Assert.Equal(value, after.At(field));
    }
}
