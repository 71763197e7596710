using System.Xml.Linq;

namespace Fairlead.Architecture.Tests;

/// <summary>The source tree that this test was built from.</summary>
static class Tree
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every project under src/, by name.</summary>
    public static IReadOnlyDictionary<string, ProjectFile> Projects { get; } = Directory
        .GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .Select(ProjectFile.Read)
        .ToDictionary(p => p.Name);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Fairlead.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Fairlead.slnx is in no folder above the tests");
        }
        return folder;
    }
}

/// <summary>What a project file says that the architecture cares about.</summary>
sealed record ProjectFile(string Name, string Layer, IReadOnlyList<string> References)
{
    public static ProjectFile Read(string path)
    {
        var xml = XDocument.Load(path);
        var references = xml.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!));
        return new(Path.GetFileNameWithoutExtension(path), (string?)xml.Descendants("FairleadLayer").FirstOrDefault() ?? "", [.. references.Order(StringComparer.Ordinal)]);
    }
}
