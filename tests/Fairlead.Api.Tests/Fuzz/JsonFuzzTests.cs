using Fairlead.Api.Json;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Fuzz;

[Trait("lane", "fuzz")]
public class JsonFuzzTests
{
    [Fact]
    public void A_tree_written_and_read_again_is_the_same() => FuzzInput.Run(1, text =>
    {
        var tree = JsonTree.Parse(text, new List<string>());
        var again = JsonTree.Write(tree);
        Assert.True(JsonNode.DeepEquals(tree, JsonTree.Parse(again.Span)));
        if (tree is JsonObject { } obj && obj["metadata"] is null or JsonObject)
            Assert.Equal((byte)'"', ResourceVersionSlot.Write((JsonObject)tree!).Json.Span[ResourceVersionSlot.Write((JsonObject)tree!).Offset]);
    });
}
