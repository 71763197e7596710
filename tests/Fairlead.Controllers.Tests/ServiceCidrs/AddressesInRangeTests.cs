using Fairlead.Api.Meta.V1;
using Fairlead.Api.Networking.V1;
using Fairlead.Controllers.ServiceCidrs;

namespace Fairlead.Controllers.Tests.ServiceCidrs;

public class AddressesInRangeTests
{
    static ServiceCIDR Range(string name, string cidrs, bool deleted = false) => new()
    {
        Metadata = new ObjectMeta { Name = name, Uid = name, DeletionTimestamp = deleted ? Given.Noon : null },
        Spec = new ServiceCIDRSpec { Cidrs = cidrs.Split(',') },
    };

    [Theory]
    [InlineData("nothing is in use", "10.0.0.0/24", "", "", true)]
    [InlineData("one is in use", "10.0.0.0/24", "", "10.0.0.5", false)]
    [InlineData("one of the other family", "10.0.0.0/24,fd00::/112", "", "fd00::5", false)]
    [InlineData("in use elsewhere", "10.0.0.0/24", "", "10.0.1.5", true)]
    [InlineData("a larger one contains it", "10.0.0.0/24", "10.0.0.0/16", "10.0.0.5", true)]
    [InlineData("the same one is there twice", "10.0.0.0/24", "10.0.0.0/24", "10.0.0.5", true)]
    [InlineData("a smaller one contains the address", "10.0.0.0/24", "10.0.0.0/28", "10.0.0.5", true)]
    [InlineData("a smaller one does not", "10.0.0.0/24", "10.0.0.0/28", "10.0.0.55", false)]
    [InlineData("a larger one goes too", "10.0.0.0/24", "-10.0.0.0/16", "10.0.0.5", false)]
    [InlineData("not a Service's", "10.0.0.0/24", "", "-10.0.0.5", true)]
    public void A_range_may_go(string name, string own, string other, string address, bool expected)
    {
        var range = Range("own", own, deleted: true);
        List<ServiceCIDR> all = other.Length == 0 ? [range] : [range, Range("other", other.TrimStart('-'), other.StartsWith('-'))];
        var labels = new Dictionary<string, string> { ["ipaddress.kubernetes.io/managed-by"] = address.StartsWith('-') ? "other" : "ipallocator.k8s.io" };
        List<IPAddress> addresses = address.Length == 0 ? [] : [new() { Metadata = new ObjectMeta { Name = address.TrimStart('-'), Labels = labels } }];
        Assert.True(expected == AddressesInRange.MayGo(range, all, addresses), name);
    }
}
