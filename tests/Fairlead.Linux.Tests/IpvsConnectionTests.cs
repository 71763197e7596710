using System.Net;
using Fairlead.Linux.Ipvs;
using Fairlead.Wire.Ipvs;

namespace Fairlead.Linux.Tests;

/// <summary>Lines of the kernel's list of IPVS connections.</summary>
public class IpvsConnectionTests
{
    [Fact]
    public void A_connection() => Assert.Equal(
        new IpvsConnection(
            new VirtualServiceKey(IPAddress.Parse("10.96.0.10"), 6, 80), IPAddress.Parse("198.51.100.9"), 55034, IPAddress.Parse("10.244.1.11"), 8080, "ESTABLISHED", TimeSpan.FromSeconds(897)),
        IpvsConnection.Parse("TCP C6336409 D6FA 0A60000A 0050 0AF4010B 1F90 ESTABLISHED     897"));

    [Fact]
    public void One_of_IPv6()
    {
        var connection = IpvsConnection.Parse("UDP 2001:0db8:0051:0000:0000:0000:0000:0009 0035 fd00:0096:0000:0000:0000:0000:0000:0001 0035 fd00:0010:0244:0001:0000:0000:0000:0011 1F90 UDP         299");
        Assert.Equal(new(IPAddress.Parse("fd00:96::1"), 17, 53), connection?.Service);
        Assert.Equal(IPAddress.Parse("fd00:10:244:1::11"), connection?.Destination);
        Assert.False(connection?.IsOver);
    }

    [Theory]
    [InlineData("TCP C6336409 D6FA 0A60000A 0050 0AF4010B 1F90 TIME_WAIT       119")]
    [InlineData("TCP C6336409 D6FA 0A60000A 0050 0AF4010B 1F90 CLOSE             9")]
    // The memory of a client.
    [InlineData("TCP C6336409 0000 0A60000A 0050 0AF4010B 1F90 NONE            600")]
    [InlineData("IP  C6336409 0000 00000001 0000 0AF4010B 0000 NONE            600")]
    public void What_is_over(string line) => Assert.True(IpvsConnection.Parse(line)?.IsOver);

    [Theory]
    [InlineData("")]
    [InlineData("Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData")]
    [InlineData("TCP C6336409 D6FA 0A60000A 0050 0AF4010B 1F90 ESTABLISHED")]
    [InlineData("TCP C6336409 D6FA0 0A60000A 0050 0AF4010B 1F90 ESTABLISHED 897")]
    [InlineData("TCP C6336409Z D6FA 0A60000A 0050 0AF4010B 1F90 ESTABLISHED 897")]
    [InlineData("TCP C6336409 D6FA 0A60000A 0050 0AF4010B 1F90 ESTABLISHED soon")]
    public void What_is_none(string line) => Assert.Null(IpvsConnection.Parse(line));
}
