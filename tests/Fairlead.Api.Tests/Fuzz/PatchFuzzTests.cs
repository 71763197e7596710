using System.Text;
using Fairlead.Api.Patch;
using Fairlead.Api.Schema;
using Fairlead.Api.Tests.Machinery;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Fuzz;

[Trait("lane", "fuzz")]
public class PatchFuzzTests
{
    static readonly SchemaNode Spec = SchemaReader.Read(typeof(GadgetSpec));

    [Fact]
    public void Patches_apply_or_are_refused() => FuzzInput.Run(4, text =>
    {
        var patch = JsonTree.Parse(text);
        JsonObject Target() => JsonTree.ParseObject(Encoding.UTF8.GetBytes(FuzzInput.Seeds[0]));
        var merged = MergePatch.Apply(Target(), patch);
        Assert.True(JsonNode.DeepEquals(merged, MergePatch.Apply(merged?.DeepClone(), patch)), "a merge patch twice is once");
        if (patch is JsonObject changes) JsonTree.Write(StrategicMergePatch.Apply(Target(), changes, Spec));
        JsonTree.Write(JsonPatch.Apply(Target(), patch));
    });
}
