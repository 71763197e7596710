using System.Text;

namespace Fairlead.Client;

/// <summary>What a list or watch asks for. Absent fields are left out of the query.</summary>
public sealed record ListOptions
{
    public static readonly ListOptions All = new();

    public string? LabelSelector { get; init; }
    public string? FieldSelector { get; init; }
    public string? ResourceVersion { get; init; }
    public string? Continue { get; init; }
    public int? Limit { get; init; }
    public bool Watch { get; init; }
    public bool AllowWatchBookmarks { get; init; }
    public TimeSpan? Timeout { get; init; }

    /// <summary>The query with its question mark, or nothing.</summary>
    public string Query
    {
        get
        {
            var text = new StringBuilder();
            Add("labelSelector", LabelSelector);
            Add("fieldSelector", FieldSelector);
            Add("resourceVersion", ResourceVersion);
            Add("continue", Continue);
            Add("limit", Limit?.ToString());
            Add("watch", Watch ? "true" : null);
            Add("allowWatchBookmarks", AllowWatchBookmarks ? "true" : null);
            Add("timeoutSeconds", Timeout is { } t ? ((long)t.TotalSeconds).ToString() : null);
            return text.ToString();

            void Add(string name, string? value)
            {
                if (value is null) return;
                text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }
}
