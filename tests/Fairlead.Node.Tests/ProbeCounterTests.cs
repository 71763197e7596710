using Fairlead.Node.Probes;

namespace Fairlead.Node.Tests;

public class ProbeCounterTests
{
    [Theory]
    [InlineData("failure needs three in a row", "---", "  F")]
    [InlineData("a success between begins the count anew", "--+--", "  T  ")]
    [InlineData("success needs one", "+++", "TTT")]
    public void CountsInARow(string name, string results, string expected)
    {
        var counter = new ProbeCounter(1, 3);
        var said = string.Concat(results.Select(r => counter.Add(r == '+') switch { true => 'T', false => 'F', null => ' ' }));
        Assert.Equal((name, expected), (name, said));
    }
}
