using System.Globalization;
using Fairlead.Api.Resources;
using Fairlead.Server.Responding;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Registry;

/// <summary>What a list, watch or deletecollection asks for, checked.</summary>
public sealed record ListQuery
{
    public required Selection Selection { get; init; }

    /// <summary>0 for all.</summary>
    public int Limit { get; init; }

    public ContinueToken? Continue { get; init; }

    /// <summary>The revision given, or null when it was absent or empty.</summary>
    public long? Revision { get; init; }

    /// <summary>Exact, NotOlderThan or empty.</summary>
    public string Match { get; init; } = "";

    public bool Bookmarks { get; init; }

    /// <summary>Whether a watch begins with what there is; null: as its revision says.</summary>
    public bool? SendInitialEvents { get; init; }
    public TimeSpan? Timeout { get; init; }

    /// <summary>True for a list of the very state at <see cref="Revision"/>: asked for, or meant by a limit beside a revision.</summary>
    public bool IsExact => Match == "Exact" || (Match.Length == 0 && Limit > 0 && Revision > 0);

    /// <exception cref="Api.Errors.ApiException">BadRequest; Invalid for combinations that have no meaning.</exception>
    public static ListQuery Read(ResourceDefinition kind, QueryParameters query)
    {
        var limit = Number(query, "limit");
        if (limit < 0) throw Refuse.BadRequest("limit must be zero or more");
        ContinueToken? next = null;
        if (query["continue"] is { Length: > 0 } token)
        {
            next = ContinueToken.Parse(token) ?? throw Refuse.BadRequest("continue key is not valid: it was not issued by this server");
            if (query["resourceVersion"] is { Length: > 0 } and not "0") throw Refuse.BadRequest("specifying resource version is not allowed when using continue");
        }
        var match = query["resourceVersionMatch"] ?? "";
        var revision = RevisionOf(query["resourceVersion"]);
        CheckMatch(kind, query, match, revision, next);
        var seconds = Number(query, "timeoutSeconds");
        return new()
        {
            Selection = Selection.Read(kind, query["labelSelector"], query["fieldSelector"]),
            Limit = (int)Math.Min(limit, int.MaxValue),
            Continue = next,
            Revision = revision,
            Match = match,
            Bookmarks = query.Flag("allowWatchBookmarks"),
            SendInitialEvents = query["sendInitialEvents"] is { Length: > 0 } ? query.Flag("sendInitialEvents") : null,
            Timeout = seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 7 * 24 * 3600)) : null,
        };
    }

    static void CheckMatch(ResourceDefinition kind, QueryParameters query, string match, long? revision, ContinueToken? next)
    {
        var errors = new Fairlead.Api.Errors.FieldErrors();
        var initial = query["sendInitialEvents"] is { Length: > 0 };
        if (query.Flag("watch")) CheckWatch(match, initial, errors);
        else
        {
            if (match.Length > 0 && revision is null) errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
            if (match is not ("" or "Exact" or "NotOlderThan")) errors.NotSupported("resourceVersionMatch", match, ["Exact", "NotOlderThan", ""]);
            if (match == "Exact" && revision == 0) errors.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
            if (initial) errors.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        }
        if (match.Length > 0 && next is not null) errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
        if (errors.Any) throw Refuse.Invalid(kind with { Group = "meta.k8s.io", Kind = "ListOptions" }, "", errors);
    }

    static void CheckWatch(string match, bool initial, Fairlead.Api.Errors.FieldErrors errors)
    {
        if (initial && match != "NotOlderThan") errors.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        if (match.Length == 0) return;
        if (!initial) errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        if (match != "NotOlderThan") errors.NotSupported("resourceVersionMatch", match, ["NotOlderThan"]);
    }

    static long? RevisionOf(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw Refuse.BadRequest($"Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    static long Number(QueryParameters query, string name)
    {
        if (query[name] is not { Length: > 0 } text) return 0;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refuse.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }
}
