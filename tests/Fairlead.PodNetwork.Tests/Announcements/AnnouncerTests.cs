namespace Fairlead.PodNetwork.Tests.Announcements;

/// <summary>Load balancers' addresses on a real link: one node answers, and another when it goes.</summary>
public sealed class AnnouncerTests(ITestOutputHelper output)
{
    static AnnouncementLab Lab()
    {
        var lab = new AnnouncementLab();
        foreach (var node in (string[])["n1", "n2"]) lab.Node(node, ready: true);
        lab.Balancer("Cluster", AnnouncementLab.Addresses);
        lab.Start();
        return lab;
    }

    static string Other(string node) => node == "n1" ? "n2" : "n1";

    [Theory]
    [InlineData(AnnouncementLab.V4)]
    [InlineData(AnnouncementLab.V6)]
    public async Task One_node_answers_and_only_for_what_is_announced(string address)
    {
        await using var lab = Lab();
        var owner = lab.OwnerOf(address);
        lab.UntilFetched(address, owner);
        // The client's kernel, which has just fetched, may ask in the meantime too.
        Assert.Equal([lab.Macs[owner]], lab.Ask(address).Distinct());
        // One that wants to take the address is told that it has it not.
        Assert.Equal([lab.Macs[owner]], lab.Ask(address, anonymous: true).Distinct());
        Assert.Empty(lab.Ask(address.Replace("200", "201")));
        lab.Balancer("Cluster");
        await UntilAsync(() => lab.Ask(address).Count == 0);
    }

    [Theory]
    [InlineData(AnnouncementLab.V4)]
    [InlineData(AnnouncementLab.V6)]
    public async Task Another_node_takes_over_at_once(string address)
    {
        await using var lab = Lab();
        var owner = lab.OwnerOf(address);
        lab.UntilFetched(address, owner);
        for (var round = 0; round < 3; round++)
        {
            lab.Node(owner, ready: false);
            // The client has the old node's hardware address: only an unasked announcement makes it learn the new one so soon.
            var took = lab.UntilFetched(address, Other(owner));
            output.WriteLine($"{address}: {owner} to {Other(owner)} in {took.TotalMilliseconds:0} ms");
            Assert.True(took < TimeSpan.FromSeconds(1.5), $"{took}");
            lab.Node(owner, ready: true);
            lab.UntilFetched(address, owner);
        }
        Assert.Contains(lab.Logged, l => l == $"{Other(owner)}: announces {address} of Service default/web");
        Assert.Contains(lab.Logged, l => l == $"{owner}: no longer announces {address}");
    }

    [Fact]
    public async Task Under_policy_Local_the_node_with_the_endpoint_answers()
    {
        await using var lab = new AnnouncementLab();
        foreach (var node in (string[])["n1", "n2"]) lab.Node(node, ready: true);
        lab.Balancer("Local", AnnouncementLab.Addresses);
        lab.Endpoints("n1");
        lab.Start();
        foreach (var address in AnnouncementLab.Addresses) lab.UntilFetched(address, "n1");
        lab.Endpoints("n2");
        foreach (var address in AnnouncementLab.Addresses) Assert.True(lab.UntilFetched(address, "n2") < TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task A_link_that_was_lost_is_taken_up_again()
    {
        await using var lab = Lab();
        var owner = lab.OwnerOf(AnnouncementLab.V4);
        lab.UntilFetched(AnnouncementLab.V4, owner);
        lab.Replug(owner, owner == "n1" ? 1 : 2);
        lab.UntilFetched(AnnouncementLab.V4, owner);
        Assert.Contains(lab.Logged, l => l.StartsWith($"{owner}: announcements on eth0: ", StringComparison.Ordinal));
        Assert.Equal([lab.Macs[owner]], lab.Ask(AnnouncementLab.V4).Distinct());
    }

    static async Task UntilAsync(Func<bool> condition)
    {
        for (var end = Environment.TickCount64 + 10_000; !condition(); await Task.Delay(10)) Assert.True(Environment.TickCount64 < end);
    }
}
