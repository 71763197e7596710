using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Api.Tests.Pods;

public class QuantityTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("1000m", "1")]
    [InlineData("100m", "100m")]
    [InlineData("0.5", "500m")]
    [InlineData(".5", "500m")]
    [InlineData("1.", "1")]
    [InlineData("1500m", "1500m")]
    [InlineData("1000", "1k")]
    [InlineData("1500", "1500")]
    [InlineData("2e3", "2e3")]
    [InlineData("1E3", "1e3")]
    [InlineData("1E", "1E")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1536Mi", "1536Mi")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("512", "512")]
    [InlineData("0.5Ki", "512")]
    [InlineData("0.0001Ki", "102400u")]
    [InlineData("-5m", "-5m")]
    [InlineData("+3", "3")]
    [InlineData("1n", "1n")]
    [InlineData("0.1n", "1n")]
    [InlineData("1e-3", "1e-3")]
    public void IsWrittenInCanonicalForm(string text, string canonical) => Assert.Equal(canonical, Quantity.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("1.2.3")]
    [InlineData("1 Gi")]
    [InlineData("1gi")]
    [InlineData("1K")]
    [InlineData("--1")]
    [InlineData("1e")]
    [InlineData("1e999999999")]
    public void RefusesWhatIsNoQuantity(string text) => Assert.False(Quantity.TryParse(text, out _));

    [Theory]
    [InlineData("100m", 1, 100)]
    [InlineData("1001m", 2, 1001)]
    [InlineData("1Ki", 1024, 1024000)]
    [InlineData("1u", 1, 1)]
    [InlineData("9223372036854775807", long.MaxValue, long.MaxValue)]
    public void RoundsUp(string text, long value, long milli)
    {
        var quantity = Quantity.Parse(text);
        Assert.Equal((value, milli), (quantity.Value, quantity.MilliValue));
    }

    [Fact]
    public void AddsAndCompares()
    {
        Assert.Equal("1500m", (Quantity.Parse("1") + Quantity.Parse("500m")).ToString());
        Assert.Equal(Quantity.Parse("1Gi"), Quantity.Parse("1073741824"));
        Assert.True(Quantity.Parse("1G") < Quantity.Parse("1Gi"));
    }

    [Theory]
    [InlineData("\"1000m\"", "\"1\"")]
    [InlineData("2", "\"2\"")]
    public void GoesThroughJson(string json, string expected)
    {
        var pod = ApiJson.Read<Core.V1.Pod>(System.Text.Encoding.UTF8.GetBytes($$$"""{"spec":{"overhead":{"cpu":{{{json}}}},"containers":[]}}"""));
        Assert.Contains($"\"cpu\":{expected}", System.Text.Encoding.UTF8.GetString(ApiJson.Write(pod)));
    }

    [Theory]
    [InlineData("25%", 10, true, 3)]
    [InlineData("25%", 10, false, 2)]
    [InlineData("100%", 7, false, 7)]
    public void PercentagesAreOfATotal(string text, int total, bool up, int expected) =>
        Assert.Equal(expected, ((IntOrString)text).ScaledValue(total, up));
}
