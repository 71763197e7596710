using Fairlead.Api.Core.V1;
using Fairlead.Api.Meta.V1;
using Fairlead.Client;
using Fairlead.Controllers.LoadBalancers;

namespace Fairlead.Controllers.Tests.LoadBalancers;

public class AddressChoiceTests
{
    static readonly IReadOnlyList<AddressPool> Pools =
    [
        new("default", [PoolRange.Parse("192.0.2.10-192.0.2.11"), PoolRange.Parse("2001:db8::10-2001:db8::10")], AutoAssign: true),
        new("reserved", [PoolRange.Parse("198.51.100.0/29")], AutoAssign: false),
    ];

    static Service Balancer(string name, string families = "IPv4", string policy = "SingleStack", string? asked = null, string? has = null) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "ns" },
        Spec = new ServiceSpec { Type = "LoadBalancer", IpFamilies = families.Split(' '), IpFamilyPolicy = policy, LoadBalancerIP = asked },
        Status = has is null ? null : new ServiceStatus { LoadBalancer = new LoadBalancerStatus { Ingress = [.. has.Split(' ').Select(ip => new LoadBalancerIngress { Ip = ip })] } },
    };

    [Theory]
    [InlineData("the first free one", "IPv4", "SingleStack", null, null, "", "192.0.2.10")]
    [InlineData("the next free one", "IPv4", "SingleStack", null, null, "192.0.2.10", "192.0.2.11")]
    [InlineData("what it has", "IPv4", "SingleStack", null, "192.0.2.11", "", "192.0.2.11")]
    [InlineData("what it has is another's", "IPv4", "SingleStack", null, "192.0.2.10", "192.0.2.10", "192.0.2.11")]
    [InlineData("what it has is in no pool any more", "IPv4", "SingleStack", null, "203.0.113.1", "", "192.0.2.10")]
    [InlineData("what it asks for", "IPv4", "SingleStack", "192.0.2.11", "192.0.2.10", "", "192.0.2.11")]
    [InlineData("from a pool of which it must ask", "IPv4", "SingleStack", "198.51.100.6", null, "", "198.51.100.6")]
    [InlineData("both families", "IPv6 IPv4", "RequireDualStack", null, null, "", "2001:db8::10 192.0.2.10")]
    [InlineData("one asked for, one found", "IPv4 IPv6", "PreferDualStack", "192.0.2.11", null, "", "192.0.2.11 2001:db8::10")]
    [InlineData("one of two preferred", "IPv4 IPv6", "PreferDualStack", null, null, "2001:db8::10", "192.0.2.10")]
    [InlineData("one of two required", "IPv4 IPv6", "RequireDualStack", null, null, "2001:db8::10", " ! no IPv6 address is free in any pool")]
    [InlineData("all are held", "IPv4", "SingleStack", null, null, "192.0.2.10 192.0.2.11", " ! no IPv4 address is free in any pool")]
    [InlineData("asked for, but held", "IPv4", "SingleStack", "192.0.2.10", null, "192.0.2.10", " ! 192.0.2.10 is held by Service ns/other")]
    [InlineData("asked for, but in no pool", "IPv4", "SingleStack", "203.0.113.9", null, "", " ! 203.0.113.9 is in no pool")]
    [InlineData("asked for, but no address", "IPv4", "SingleStack", "nine", null, "", " ! loadBalancerIP \"nine\" is no address")]
    public void Addresses(string name, string families, string policy, string? asked, string? has, string others, string expected)
    {
        var claims = new AddressClaims();
        foreach (var address in others.Split(' ', StringSplitOptions.RemoveEmptyEntries)) claims.TryHold(address, new ObjectKey("ns", "other"));
        var choice = AddressChoice.For(Balancer("web", families, policy, asked, has), Pools, claims);
        var text = string.Join(' ', choice.Addresses) + (choice.Refused is null ? "" : $" ! {choice.Refused}");
        Assert.True(expected == text, $"{name}: {text}");
        Assert.All(choice.Addresses, a => Assert.Equal(new ObjectKey("ns", "web"), claims.HolderOf(a)));
    }

    [Fact]
    public void A_choice_that_could_not_be_written_is_made_again_the_same()
    {
        var claims = new AddressClaims();
        var first = AddressChoice.For(Balancer("web"), Pools, claims).Addresses;
        Assert.Equal(first, AddressChoice.For(Balancer("web"), Pools, claims).Addresses);
    }

    /// <summary>Whoever comes and goes, in whatever order: no address has two Services, and none is lost.</summary>
    [Fact]
    public void No_address_is_given_twice_in_any_history()
    {
        List<AddressPool> pools = [new("p", [PoolRange.Parse("10.0.0.0/28"), PoolRange.Parse("fd00::/125")], AutoAssign: true)];
        for (var seed = 1; seed <= 50; seed++)
        {
            var (random, claims, held) = (new Random(seed), new AddressClaims(), new Dictionary<ObjectKey, IReadOnlyList<string>>());
            for (var step = 0; step < 200; step++)
            {
                var name = $"s{random.Next(25)}";
                var key = new ObjectKey("ns", name);
                IReadOnlyList<string> addresses = [];
                if (random.Next(3) > 0)
                {
                    var asked = random.Next(4) == 0 ? $"10.0.0.{random.Next(1, 15)}" : null;
                    var service = random.Next(2) == 0 ? Balancer(name, asked: asked) : Balancer(name, "IPv4 IPv6", random.Next(2) == 0 ? "RequireDualStack" : "PreferDualStack", asked);
                    addresses = AddressChoice.For(service, pools, claims).Addresses;
                }
                claims.ReleaseAllBut(addresses, key);
                held[key] = addresses;
                Assert.Equal(held.Values.Sum(a => a.Count), held.Values.SelectMany(a => a).Distinct().Count());
                Assert.All(held, h => Assert.Equal(h.Value.Order(), claims.Of(h.Key).Order()));
            }
        }
    }
}
