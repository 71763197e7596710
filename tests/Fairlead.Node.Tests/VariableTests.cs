using Fairlead.Api.Core.V1;
using Fairlead.Node.Variables;

namespace Fairlead.Node.Tests;

public class VariableTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$(A)", "1")]
    [InlineData("x$(A)y$(B)", "x1y2")]
    [InlineData("$(C)", "$(C)")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$1")]
    [InlineData("$A", "$A")]
    [InlineData("$(A", "$(A")]
    [InlineData("cost$", "cost$")]
    public void Expands(string text, string expected) =>
        Assert.Equal(expected, VariableExpansion.Expand(text, name => name switch { "A" => "1", "B" => "2", _ => null }));

    [Fact]
    public void ServicesHaveTheirVariables()
    {
        var service = new Service { Metadata = new() { Name = "my-db", Namespace = "ns" }, Spec = new() { ClusterIP = "10.96.0.9", Ports = [new() { Port = 5432, Name = "sql" }] } };
        var variables = ServiceVariables.Of([service], "ns", true).ToDictionary(v => v.Key, v => v.Value);
        Assert.Equal("10.96.0.9", variables["MY_DB_SERVICE_HOST"]);
        Assert.Equal("5432", variables["MY_DB_SERVICE_PORT_SQL"]);
        Assert.Equal("tcp://10.96.0.9:5432", variables["MY_DB_PORT"]);
        Assert.Equal("10.96.0.9", variables["MY_DB_PORT_5432_TCP_ADDR"]);
        Assert.Empty(ServiceVariables.Of([service], "ns", false));
        Assert.Empty(ServiceVariables.Of([service], "other", true));
    }
}
