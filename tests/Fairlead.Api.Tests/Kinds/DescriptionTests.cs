using System.Reflection;
using System.Xml.Linq;
using Fairlead.Api.Meta.V1;

namespace Fairlead.Api.Tests.Kinds;

/// <summary>kubectl explain shows the /// texts of the records, so none may be missing.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public void EveryFieldOfEveryRecordHasADescription()
    {
        var described = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Fairlead.Api.xml"))
            .Descendants("member").Where(m => !string.IsNullOrWhiteSpace(m.Element("summary")?.Value))
            .Select(m => m.Attribute("name")!.Value).ToHashSet();
        var records = typeof(KubeObject).Assembly.GetExportedTypes()
            .Where(t => t is { IsClass: true, Namespace: not null } && System.Text.RegularExpressions.Regex.IsMatch(t.Namespace, @"\.V\d\w*$") && t.GetMethod("<Clone>$") is not null).ToList();
        var missing = records.Select(t => "T:" + t.FullName)
            .Concat(records.SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Select(p => $"P:{t.FullName}.{p.Name}")))
            .Where(name => !described.Contains(name)).ToList();
        Assert.True(records.Count > 100, $"only {records.Count} records were found");
        Assert.Empty(missing);
    }
}
