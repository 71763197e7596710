using System.Text;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Tests.Machinery;

public class SchemaReaderTests
{
    static SchemaNode Field(params string[] path)
    {
        var node = SchemaReader.Read(typeof(Gadget));
        foreach (var name in path) node = (node.Properties ?? node.Items!.Properties!)[name];
        return node;
    }

    [Fact]
    public void Reads_types_and_formats()
    {
        (string Name, SchemaType Type, string? Format)[] rows =
        [
            ("replicas", SchemaType.Integer, "int32"), ("big", SchemaType.Integer, "int64"), ("ratio", SchemaType.Number, "double"),
            ("paused", SchemaType.Boolean, null), ("since", SchemaType.String, "date-time"), ("blob", SchemaType.String, "byte"),
            ("selector", SchemaType.Object, null), ("parts", SchemaType.Array, null),
        ];
        foreach (var row in rows)
            Assert.Equal(row, (row.Name, Field("spec", row.Name).Type, Field("spec", row.Name).Format));
    }

    [Fact]
    public void Reads_merge_rules()
    {
        Assert.Equal("name", Field("spec", "parts").PatchMergeKey);
        Assert.Equal(["name"], Field("spec", "parts").ListMapKeys);
        Assert.Equal(["port", "protocol"], Field("spec", "parts", "ports").ListMapKeys);
        Assert.Equal(PatchStrategy.Merge, Field("spec", "tags").PatchStrategy);
        Assert.Equal(PatchStrategy.Merge | PatchStrategy.RetainKeys, Field("spec", "sources").PatchStrategy);
        Assert.Equal(PatchStrategy.RetainKeys, Field("spec", "strategy").PatchStrategy);
        Assert.False(Field("metadata", "ownerReferences").ListTypeStated);
    }

    [Fact]
    public void Kind_and_apiVersion_come_first_and_defaults_are_read()
    {
        Assert.Equal(["kind", "apiVersion", "metadata", "spec", "status"], SchemaReader.Read(typeof(Gadget)).Properties!.Keys);
        Assert.Equal("\"TCP\"", Field("spec", "parts", "protocol").Default!.ToJsonString());
        Assert.Equal(["parts"], Field("spec").Required);
        Assert.Equal("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", Field("metadata").DefinitionName);
    }

    [Fact]
    public void A_record_may_contain_itself() =>
        Assert.Equal(SchemaType.String, Field("spec", "parts", "inner", "inner", "inner", "image").Type);

    [Fact]
    public void Descriptions_come_from_the_documentation_file()
    {
        var xml = "<doc><members><member name=\"P:Fairlead.Api.Tests.Machinery.Part.Name\"><summary> Its\n <see cref=\"P:X.Y\"/>.</summary></member></members></doc>";
        var descriptions = SchemaDescriptions.Load(new MemoryStream(Encoding.UTF8.GetBytes(xml)));
        Assert.Equal("Its Y.", descriptions.Of(typeof(Part).GetProperty("Name")!));
        Assert.Equal("Its Y.", Field("spec", "template", "name").Description);
    }
}
