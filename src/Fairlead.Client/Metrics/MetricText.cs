using System.Globalization;
using System.Text;

namespace Fairlead.Client.Metrics;

/// <summary>Writes metrics in Prometheus's text format, version 0.0.4: a family first, then its samples. Not thread-safe.</summary>
public sealed class MetricText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    readonly StringBuilder text = new();
    string family = "";

    /// <summary>Begins a family, to which all samples belong until the next.</summary>
    /// <param name="type">counter, gauge or histogram.</param>
    public MetricText Family(string name, string type, string help)
    {
        family = name;
        text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        text.Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    /// <summary>A sample of the family, with any values of labels.</summary>
    public MetricText Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Line("", null, value, labels);

    /// <summary>The buckets, sum and count of the family, which is a histogram.</summary>
    public MetricText Sample(Histogram histogram, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var (buckets, sum) = histogram.Read();
        long count = 0;
        for (var i = 0; i < buckets.Length; i++)
        {
            count += buckets[i];
            Line("_bucket", i < histogram.Bounds.Length ? Text(histogram.Bounds[i]) : "+Inf", count, labels);
        }
        return Line("_sum", null, sum, labels).Line("_count", null, count, labels);
    }

    /// <summary>A family of one sample without labels.</summary>
    public MetricText Single(string name, string type, string help, double value) => Family(name, type, help).Sample(value);

    MetricText Line(string suffix, string? bound, double value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        text.Append(family).Append(suffix);
        if (labels.Length > 0 || bound is not null)
        {
            var separator = '{';
            foreach (var (name, content) in labels)
            {
                Label(separator, name, content);
                separator = ',';
            }
            if (bound is not null) Label(separator, "le", bound);
            text.Append('}');
        }
        text.Append(' ').Append(Text(value)).Append('\n');
        return this;
    }

    void Label(char separator, string name, string value)
    {
        text.Append(separator).Append(name).Append("=\"");
        foreach (var c in value)
        {
            if (c == '\n') text.Append("\\n");
            else if (c is '\\' or '"') text.Append('\\').Append(c);
            else text.Append(c);
        }
        text.Append('"');
    }

    static string Text(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString(CultureInfo.InvariantCulture);

    public override string ToString() => text.ToString();
}
