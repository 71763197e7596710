using Fairlead.Api.ManagedFields;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Tests.ManagedFields;

public class ObjectComparisonTests
{
    static readonly SchemaNode Any = new() { PreserveUnknownFields = true };

    static JsonObject Nested(int depth, JsonNode? leaf, JsonNode? beside)
    {
        var tree = new JsonObject { ["leaf"] = leaf, ["beside"] = beside };
        for (var i = 0; i < depth; i++) tree = new JsonObject { ["d"] = tree, ["same"] = i };
        return tree;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(200)]
    public void A_difference_is_found_at_any_depth(int depth)
    {
        var path = string.Concat(Enumerable.Repeat(".d", depth));
        Assert.True(ObjectComparison.Of(Nested(depth, 1, "x"), Nested(depth, 1.0, "x"), Any).IsSame);
        var changed = ObjectComparison.Of(Nested(depth, 1, "x"), Nested(depth, 2, "x"), Any);
        Assert.Equal([path + ".leaf"], changed.Modified.Paths());
        Assert.True(changed.Added.IsEmpty && changed.Removed.IsEmpty);
        var grown = ObjectComparison.Of(Nested(depth, 1, "x"), Nested(depth, new JsonObject { ["a"] = 1 }, "x"), Any);
        Assert.Equal([path + ".leaf"], grown.Modified.Paths());
        Assert.Equal([path + ".leaf.a"], grown.Added.Paths());
    }
}
