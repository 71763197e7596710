namespace Fairlead.Store.Tests;

/// <summary>A folder that goes with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fairlead-store-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
