using Fairlead.Json;

namespace Fairlead.Api.OpenApi;

/// <summary>One parameter of an operation, in either version's form.</summary>
/// <param name="Name">Name in the query or the path.</param>
/// <param name="Type">string, integer or boolean.</param>
/// <param name="Description">What it does.</param>
/// <param name="InPath">True for a part of the path, which is required.</param>
sealed record OpenApiParameter(string Name, string Type, string Description, bool InPath = false)
{
    static readonly OpenApiParameter DryRun = new("dryRun", "string", "All: go through every stage but the write.");
    static readonly OpenApiParameter Manager = new("fieldManager", "string", "Who makes the change, at most 128 printable characters.");
    static readonly OpenApiParameter Validation = new("fieldValidation", "string",
        "What to do about unknown and duplicate fields: Ignore drops them, Warn (the default) drops and names them, Strict refuses the request.");

    /// <summary>Of every path.</summary>
    public static readonly OpenApiParameter Pretty = new("pretty", "string", "If true, the answer is indented.");

    public static readonly OpenApiParameter Namespace = new("namespace", "string", "The namespace, for names and permissions.", true);

    /// <summary>Of writes of a whole object; kubectl looks for fieldValidation and dryRun here.</summary>
    public static readonly IReadOnlyList<OpenApiParameter> Write = [DryRun, Manager, Validation];

    public static readonly IReadOnlyList<OpenApiParameter> Patch =
        [DryRun, Manager, Validation, new("force", "boolean", "Apply only: take fields over from other managers.")];

    public static readonly IReadOnlyList<OpenApiParameter> Delete =
    [
        DryRun,
        new("gracePeriodSeconds", "integer", "Seconds until a forced end; 0 at once; absent for the kind's default."),
        new("orphanDependents", "boolean", "Old form of propagationPolicy Orphan."),
        new("propagationPolicy", "string", "Orphan, Background or Foreground: what happens to dependents."),
    ];

    public static readonly IReadOnlyList<OpenApiParameter> List =
    [
        new("allowWatchBookmarks", "boolean", "The watch may send bookmarks."),
        new("continue", "string", "Token of the part before, to go on with a limited list."),
        new("fieldSelector", "string", "Only objects whose fields match."),
        new("labelSelector", "string", "Only objects whose labels match."),
        new("limit", "integer", "Most objects in one answer."),
        new("resourceVersion", "string", "The revision to read at or to watch from."),
        new("resourceVersionMatch", "string", "How resourceVersion is meant in a list: NotOlderThan or Exact."),
        new("sendInitialEvents", "boolean", "The watch begins with what is there."),
        new("timeoutSeconds", "integer", "Most seconds that the call may take."),
        new("watch", "boolean", "Send changes as they happen instead of a list."),
    ];

    public static OpenApiParameter ObjectName(string kind) => new("name", "string", $"Name of the {kind}.", true);

    public JsonObject Render(bool v3)
    {
        var parameter = new JsonObject { ["name"] = Name, ["in"] = InPath ? "path" : "query", ["description"] = Description };
        if (InPath) parameter["required"] = true;
        if (v3) parameter["schema"] = new JsonObject { ["type"] = Type, ["uniqueItems"] = true };
        else
        {
            parameter["type"] = Type;
            parameter["uniqueItems"] = true;
        }
        return parameter;
    }
}
