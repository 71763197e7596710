using System.Globalization;
using Fairlead.Node.Images;

namespace Fairlead.Cli.Commands;

/// <summary>One line of `fairlead image list`, in the columns of `crictl images`, and the nodes that have it.</summary>
/// <param name="Id">Digest of the image's configuration, as sha256:….</param>
/// <param name="Size">Bytes on a node.</param>
public sealed record ImageRow(string Repository, string Tag, string Id, long Size, IReadOnlyList<string> Nodes)
{
    const string None = "<none>";

    /// <summary>Rows sorted by name; the same image on several nodes is one row.</summary>
    public static IReadOnlyList<ImageRow> Of(IEnumerable<(string Node, StoredImage Image)> found) =>
    [
        .. found.SelectMany(f => f.Image.Tags.DefaultIfEmpty("").Select(tag => (f.Node, f.Image, Tag: tag)))
            .GroupBy(f => (f.Tag, f.Image.Id))
            .OrderBy(g => g.Key.Tag, StringComparer.Ordinal).ThenBy(g => g.Key.Id, StringComparer.Ordinal)
            .Select(g => new ImageRow(RepositoryOf(g.Key.Tag), TagOf(g.Key.Tag), g.Key.Id, g.First().Image.Size, [.. g.Select(f => f.Node).Distinct()])),
    ];

    /// <summary>The rows as aligned columns under a header.</summary>
    public static string Table(IReadOnlyList<ImageRow> rows)
    {
        string[][] cells = [["REPOSITORY", "TAG", "IMAGE ID", "SIZE", "NODES"], .. rows.Select(r => new[] { r.Repository, r.Tag, ShortId(r.Id), HumanSize(r.Size), string.Join(',', r.Nodes) })];
        var widths = Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length)).ToArray();
        return string.Concat(cells.Select(row => string.Join("   ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd() + "\n"));
    }

    static string RepositoryOf(string reference) => reference.Length == 0 ? None : reference[..reference.LastIndexOf(':')];

    static string TagOf(string reference) => reference.Length == 0 ? None : reference[(reference.LastIndexOf(':') + 1)..];

    static string ShortId(string id)
    {
        var hex = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return hex[..Math.Min(13, hex.Length)];
    }

    /// <summary>Three digits and a decimal unit, as docker and crictl print sizes.</summary>
    internal static string HumanSize(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1000 && unit < units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        var format = value >= 100 || unit == 0 ? "0" : value >= 10 ? "0.0" : "0.00";
        return value.ToString(format, CultureInfo.InvariantCulture) + units[unit];
    }
}
