using System.Text;
using System.Text.Json;
using Fairlead.Api.ManagedFields;
using Fairlead.Json;

namespace Fairlead.Api.Tests.ManagedFields;

/// <summary>fieldsV1 in and out, and the algebra of sets.</summary>
public sealed class FieldSetTests
{
    static FieldManagers Managers(string fields) => FieldManagers.Read(Encoding.UTF8.GetBytes(
        $$"""[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{{fields}}}]"""));

    static FieldSet Set(string fields) => Managers(fields).Entries.SingleOrDefault()?.Fields ?? FieldSet.Empty;

    static string Show(FieldSet set) => string.Join(' ', set.Paths());

    [Theory]
    [InlineData("""{"f:a":{}}""", ".a")]
    [InlineData("""{"f:a":{".":{},"f:b":{}}}""", ".a .a.b")]
    [InlineData("""{"f:b":{},"f:a":{"f:c":{}}}""", ".a.c .b")]
    [InlineData("""{"f:l":{"k:{ \"protocol\":\"TCP\",\"port\":8e1}":{"f:x":{}}}}""", ".l[port=80,protocol=\"TCP\"].x")]
    [InlineData("""{"f:l":{"v:\"a\"":{},"v:1.0":{},"i:2":{}}}""", ".l[=\"a\"] .l[=1] .l[2]")]
    [InlineData("""{"f:a":{},"x:unknown":{"f:b":{}}}""", ".a")]
    public void Is_read_and_written(string json, string paths)
    {
        var managers = Managers(json);
        Assert.Equal(paths, Show(managers.Entries[0].Fields));
        using var scratch = JsonScratch.Take();
        managers.Write(scratch.Writer);
        Assert.True(FieldManagers.Read(scratch.ToArray()).SameOwners(managers));
    }

    [Theory]
    [InlineData("""{"a":{}}""")]
    [InlineData("""{"k:[]":{}}""")]
    [InlineData("""{"v:{":{}}""")]
    [InlineData("""{"f:a":1}""")]
    [InlineData("""{"i:x":{}}""")]
    [InlineData("[]")]
    public void What_is_not_of_the_form_is_refused(string json) => Assert.Throws<FormatException>(() => Managers(json));

    [Fact]
    public void Algebra()
    {
        var (a, b) = (Set("""{"f:a":{".":{},"f:b":{},"f:c":{}},"f:d":{}}"""), Set("""{"f:a":{"f:b":{},"f:e":{}},"f:d":{}}"""));
        Assert.Equal(".a .a.b .a.c .a.e .d", Show(a.Union(b)));
        Assert.Equal(".a.b .d", Show(a.Intersect(b)));
        Assert.Equal(".a .a.c", Show(a.Except(b)));
        Assert.Equal("", Show(a.ExceptBelow(a)));
        Assert.Equal(".d", Show(a.ExceptBelow(FieldSet.OfFields("a"))));
        Assert.Equal(".a .a.b .a.c", Show(a.ExceptBelow(FieldSet.OfFields("d"))));
    }
}
