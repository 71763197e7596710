using Fairlead.Api.ManagedFields;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Fuzz;

[Trait("lane", "fuzz")]
public class FieldOwnerFuzzTests
{
    /// <summary>Field paths as managedFields write them.</summary>
    [Fact]
    public void Owners_written_and_read_again_are_the_same() => FuzzInput.Run(6, text =>
    {
        FieldManagers owners;
        try { owners = FieldManagers.Read(JsonTree.Parse(text)); }
        catch (FormatException) { return; }
        using var scratch = JsonScratch.Take();
        owners.Write(scratch.Writer);
        Assert.True(owners.SameOwners(FieldManagers.Read(scratch.ToArray())));
    });
}
