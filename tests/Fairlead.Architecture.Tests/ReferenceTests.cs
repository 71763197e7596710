namespace Fairlead.Architecture.Tests;

public class ReferenceTests
{
    static readonly string[] Components = ["Server", "Controllers", "Scheduler", "Node", "Dataplanes", "Dns", "PodNetwork"];

    /// <summary>The rows of the picture in docs/ARCHITECTURE.md: project, layer, references.</summary>
    static readonly IReadOnlyDictionary<string, (string Layer, string[] References)> Picture = Tree.Read("docs/ARCHITECTURE.md")
        .Split("<!-- references:begin -->")[1].Split("<!-- references:end -->")[0]
        .Split('\n').Where(line => line.StartsWith("| Fairlead.", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(c => c[1], c => (c[2], c[3] == "–" ? [] : c[3].Split(", ").Select(r => "Fairlead." + r).Order(StringComparer.Ordinal).ToArray()));

    [Fact]
    public void Every_project_stands_in_the_picture_and_every_row_is_a_project() =>
        Assert.Equal(Tree.Projects.Keys.Order(StringComparer.Ordinal), Picture.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_project_says_its_layer_as_the_picture_does() =>
        Assert.All(Tree.Projects.Values, p => Assert.Equal((p.Name, Picture[p.Name].Layer), (p.Name, p.Layer)));

    [Fact]
    public void Every_project_refers_to_what_the_picture_says() =>
        Assert.All(Tree.Projects.Values, p => Assert.Equal($"{p.Name}: {string.Join(' ', Picture[p.Name].References)}", $"{p.Name}: {string.Join(' ', p.References)}"));

    [Fact]
    public void Pure_projects_refer_to_pure_ones_alone()
    {
        var pure = Tree.Projects.Values.Where(p => p.Layer == "pure").ToList();
        Assert.NotEmpty(pure);
        Assert.All(pure, p => Assert.All(p.References, r => Assert.Equal("pure", Tree.Projects[r].Layer)));
    }

    [Fact]
    public void Components_do_not_refer_to_one_another()
    {
        var names = Components.Select(c => "Fairlead." + c).ToHashSet();
        var present = Tree.Projects.Values.Where(p => names.Contains(p.Name)).ToList();
        Assert.Equal(names.Order(StringComparer.Ordinal), present.Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.All(present, p => Assert.DoesNotContain(p.References, names.Contains));
    }

    [Fact]
    public void Native_calls_live_in_Linux_alone()
    {
        var others = Directory.GetFiles(Path.Combine(Tree.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/") && !f.Contains("/bin/") && !f.Contains("/Fairlead.Linux/"));
        Assert.All(others, f => Assert.DoesNotMatch(@"\[(LibraryImport|DllImport)|^\s*(public |internal |private |static )*unsafe ", File.ReadAllText(f)));
    }
}
