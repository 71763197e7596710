using Fairlead.Api.Core.V1;

namespace Fairlead.Scheduler.Tests;

public class ResourceAmountsTests
{
    static Container C(string requests) => Given.Container(requests);
    static Container Sidecar(string requests) => Given.Container(requests, sidecar: true);

    public static TheoryData<string, PodSpec, long, long> Specs => new()
    {
        { "containers add up", new PodSpec { Containers = [C("cpu=250m memory=1Mi"), C("cpu=1")] }, 1250, 1 << 20 },
        { "nothing asked", new PodSpec { Containers = [C("")] }, 0, 0 },
        { "a smaller init container", new PodSpec { Containers = [C("cpu=2")], InitContainers = [C("cpu=1")] }, 2000, 0 },
        { "a larger init container, per resource", new PodSpec { Containers = [C("cpu=1 memory=2Mi")], InitContainers = [C("cpu=3"), C("cpu=2")] }, 3000, 2 << 20 },
        { "sidecars run beside", new PodSpec { Containers = [C("cpu=1")], InitContainers = [Sidecar("cpu=500m")] }, 1500, 0 },
        { "an init container with the sidecars before it", new PodSpec { Containers = [C("cpu=1")], InitContainers = [Sidecar("cpu=500m"), C("cpu=2"), Sidecar("cpu=250m")] }, 2500, 0 },
        { "an init container before the sidecar", new PodSpec { Containers = [C("cpu=1")], InitContainers = [C("cpu=2"), Sidecar("cpu=500m")] }, 2000, 0 },
        { "overhead comes on top", new PodSpec { Containers = [C("cpu=1")], Overhead = Given.Amounts("cpu=100m memory=1Mi") }, 1100, 1 << 20 },
    };

    [Theory]
    [MemberData(nameof(Specs), DisableDiscoveryEnumeration = true)]
    public void A_Pod_asks_for(string name, PodSpec spec, long cpu, long memory)
    {
        var amounts = ResourceAmounts.Requested(spec);
        Assert.True((cpu, memory) == (amounts["cpu"], amounts["memory"]), $"{name}: {amounts["cpu"]} {amounts["memory"]}");
    }

    [Fact]
    public void Containers_that_ask_for_nothing_weigh_a_little()
    {
        var amounts = ResourceAmounts.Weighed(new PodSpec { Containers = [C(""), C("cpu=1")] });
        Assert.Equal((1100, 2 * 200L * 1024 * 1024), (amounts["cpu"], amounts["memory"]));
    }
}
