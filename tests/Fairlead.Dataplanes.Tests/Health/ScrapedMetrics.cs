using System.Globalization;
using System.Text.RegularExpressions;

namespace Fairlead.Dataplanes.Tests.Health;

/// <summary>Metrics as Prometheus reads them; what it would not take fails the test.</summary>
sealed partial class ScrapedMetrics
{
    readonly Dictionary<string, double> samples = [];
    readonly Dictionary<string, string> types = [];

    public ScrapedMetrics(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string? help = null, family = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            var words = line.Split(' ', 4);
            if (words is ["#", "HELP", var described, _]) help = described;
            else if (words is ["#", "TYPE", var typed, var type])
            {
                Assert.Equal(help, typed);
                Assert.Contains(type, (string[])["counter", "gauge", "histogram"]);
                types.Add(family = typed, type);
            }
            else Add(family, line);
        }
    }

    /// <summary>The value of a series such as name{label="value"}; fails if there is none.</summary>
    public double this[string series] => samples.TryGetValue(series, out var value) ? value : throw new KeyNotFoundException($"{series} is not among {string.Join('\n', samples.Keys)}");

    public IEnumerable<string> Series => samples.Keys;

    /// <summary>Families with their types.</summary>
    public IReadOnlyDictionary<string, string> Types => types;

    void Add(string? family, string line)
    {
        var match = Sample().Match(line);
        Assert.True(match.Success, line);
        var name = match.Groups["name"].Value;
        Assert.NotNull(family);
        Assert.Contains(name, types[family] == "histogram" ? [family + "_bucket", family + "_sum", family + "_count"] : (string[])[family]);
        samples.Add(match.Groups["series"].Value, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""^(?<series>(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-z_]+="([^"\\]|\\.)*"(,[a-z_]+="([^"\\]|\\.)*")*\})?) (?<value>\S+)$""")]
    private static partial Regex Sample();
}
