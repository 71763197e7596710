using Fairlead.Api.Core.V1;
using Fairlead.Controllers.LoadBalancers;

namespace Fairlead.Controllers.Tests.LoadBalancers;

public class PoolConfigurationTests
{
    static ConfigMap Map(string text) => new() { Data = new Dictionary<string, string> { ["pools.yaml"] = text } };

    static string Show(PoolRange range) => $"{range.AddressOf(range.First)}-{range.AddressOf(range.Last)}";

    [Fact]
    public void Pools_as_users_write_them()
    {
        var pools = PoolConfiguration.Read(Map("""
            - name: default
              addresses: [192.0.2.200-192.0.2.250, "2001:db8::/126"]
            - name: reserved
              addresses:
              - 198.51.100.0/24
              - 203.0.113.7/32
              autoAssign: false
            """));
        Assert.Equal(["default True 192.0.2.200-192.0.2.250 2001:db8::-2001:db8::3", "reserved False 198.51.100.1-198.51.100.254 203.0.113.7-203.0.113.7"],
            pools.Select(p => $"{p.Name} {p.AutoAssign} {string.Join(' ', p.Ranges.Select(Show))}"));
        Assert.Empty(PoolConfiguration.Read(null));
        Assert.Empty(PoolConfiguration.Read(Map("")));
    }

    [Theory]
    [InlineData("a: b", "pools.yaml: must be a list of pools")]
    [InlineData("- addresses: [10.0.0.0/24]", "pools.yaml[0].name: must be given")]
    [InlineData("- name: a", "pools.yaml[0].addresses: must be a list of ranges")]
    [InlineData("- {name: a, addresses: [ten]}", "pools.yaml[0].addresses: \"ten\" is no range such as 192.0.2.0/24 or 192.0.2.10-192.0.2.20")]
    [InlineData("- {name: a, addresses: [10.0.0.9-10.0.0.1]}", "pools.yaml[0].addresses: \"10.0.0.9-10.0.0.1\" is no range such as 192.0.2.10-192.0.2.20")]
    [InlineData("- {name: a, addresses: [10.0.0.0/24], auto: true}", "pools.yaml[0].auto: unknown field")]
    [InlineData("- {name: a, addresses: [10.0.0.0/24], autoAssign: often}", "pools.yaml[0].autoAssign: must be true or false")]
    [InlineData("- {name: a, addresses: [10.0.0.0/24]}\n- {name: a, addresses: [10.0.1.0/24]}", "pools.yaml: pool a is there twice")]
    public void What_is_wrong_is_named(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => PoolConfiguration.Read(Map(text))).Message);
}
