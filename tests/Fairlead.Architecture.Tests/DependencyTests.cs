using System.Xml.Linq;

namespace Fairlead.Architecture.Tests;

public class DependencyTests
{
    [Fact]
    public void Every_package_has_a_line_that_says_why()
    {
        var packages = XDocument.Parse(Tree.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(p => (string)p.Attribute("Include")!).ToList();
        var lines = Tree.Read("docs/DEPENDENCIES.md").Split('\n').Where(l => l.StartsWith('|')).Select(l => l.Split('|', StringSplitOptions.TrimEntries)[1]).ToList();
        Assert.NotEmpty(packages);
        Assert.All(packages, p => Assert.Contains(p, lines));
    }
}
