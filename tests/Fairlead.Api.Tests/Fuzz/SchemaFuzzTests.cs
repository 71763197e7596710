using Fairlead.Api.Schema;
using Fairlead.Api.Tests.Machinery;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Fuzz;

[Trait("lane", "fuzz")]
public class SchemaFuzzTests
{
    static readonly SchemaNode Spec = SchemaReader.Read(typeof(GadgetSpec));

    [Fact]
    public void What_is_typed_stays_typed_and_what_is_pruned_stays_pruned() => FuzzInput.Run(3, text =>
    {
        if (JsonTree.Parse(text) is not JsonObject obj) return;
        var typed = StructuralValidation.TypeError(obj, Spec) is null;
        Pruning.Prune(obj, Spec);
        Defaulting.Default(obj, Spec);
        StructuralValidation.Validate(obj, Spec, new());
        if (typed) Assert.Null(StructuralValidation.TypeError(obj, Spec));
        Assert.Empty(Pruning.Prune(obj, Spec));
    });
}
