using Fairlead.Dataplanes.Tests.Kernel;

namespace Fairlead.Dataplanes.Tests.Matrix;

/// <summary>Every behaviour of Services in every mode, in a real kernel, told by real packets. Needs root.</summary>
[Collection(KernelCollection.Name)]
public sealed class MatrixTests(Lab lab)
{
    public static TheoryData<Mode, Row> Cases => [.. Modes.Chosen.SelectMany(m => Rows.Of(m).Select(r => (m, r)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Serves(Mode mode, Row row)
    {
        var scene = new Scene(lab, mode);
        await row.Play(scene);
        Assert.True(scene.Faults.Count == 0, string.Join('\n', scene.Faults));
    }
}
