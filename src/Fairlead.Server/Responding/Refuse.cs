using Fairlead.Api.Errors;
using Fairlead.Api.ManagedFields;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Json;
using Fairlead.Server.Authorization;

namespace Fairlead.Server.Responding;

/// <summary>Makes the refusals of the API with the reason, code, details and words that Kubernetes gives.</summary>
public static class Refuse
{
    /// <summary>Most characters of an object that a message repeats.</summary>
    const int MaxShown = 4096;

    public static ApiException NotFound(ResourceDefinition kind, string name) => NotFound(kind.Group, kind.Plural, name);

    public static ApiException NotFound(string group, string plural, string name) => Make(404, StatusReason.NotFound,
        $"{Qualified(group, plural)} \"{name}\" not found", Details(group, plural, name));

    public static ApiException AlreadyExists(ResourceDefinition kind, string name) => Make(409, StatusReason.AlreadyExists,
        $"{kind.GroupResource} \"{name}\" already exists", Details(kind, name));

    public static ApiException Conflict(ResourceDefinition kind, string name, string why) => Make(409, StatusReason.Conflict,
        $"Operation cannot be fulfilled on {kind.GroupResource} \"{name}\": {why}", Details(kind, name));

    /// <summary>Someone else wrote in between.</summary>
    public static ApiException Modified(ResourceDefinition kind, string name) => Conflict(kind, name,
        "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>A server-side apply of fields that others own.</summary>
    public static ApiException ApplyConflict(IReadOnlyList<ApplyConflict> conflicts)
    {
        var byOwner = conflicts.GroupBy(c => c.Owner.ToString()).OrderBy(g => g.Key, StringComparer.Ordinal)
            .SelectMany(g => g.Select(c => $"- {c.Path}").Prepend($"conflicts with {g.Key}:"));
        var text = conflicts is [var only] ? $"1 conflict: conflict with {only.Owner}: {only.Path}" : $"{conflicts.Count} conflicts: {string.Join('\n', byOwner)}";
        return Make(409, StatusReason.Conflict, $"Apply failed with {text}", new StatusDetails
        {
            Causes = [.. conflicts.Select(c => new StatusCause { Reason = "FieldManagerConflict", Message = $"conflict with {c.Owner}", Field = c.Path })],
        });
    }

    public static ApiException Forbidden(ResourceDefinition kind, string name, string why, params StatusCause[] causes) => Make(403, StatusReason.Forbidden,
        name.Length == 0 ? $"{kind.GroupResource} is forbidden: {why}" : $"{kind.GroupResource} \"{name}\" is forbidden: {why}",
        Details(kind, name) with { Causes = causes.Length == 0 ? null : causes });

    /// <summary>For a path that is no resource.</summary>
    public static ApiException Forbidden(string why) => Make(403, StatusReason.Forbidden, $"forbidden: {why}", new StatusDetails());

    /// <summary>The user may not do that.</summary>
    /// <param name="reason">Of the authorizer; may be empty.</param>
    public static ApiException Forbidden(in AccessRequest request, string reason)
    {
        var why = reason.Length == 0 ? request.Describe() : $"{request.Describe()}: {reason}";
        if (!request.IsResource) return Forbidden(why);
        var about = request.Name.Length == 0 ? Qualified(request.Group, request.Resource) : $"{Qualified(request.Group, request.Resource)} \"{request.Name}\"";
        return Make(403, StatusReason.Forbidden, $"{about} is forbidden: {why}", Details(request.Group, request.Resource, request.Name));
    }

    public static ApiException Invalid(ResourceDefinition kind, string name, FieldErrors errors)
    {
        // A message that several fields share appears once, as upstream's aggregate does.
        var messages = errors.All.Select(e => $"{e.Path}: {e.Message}").Distinct().ToArray();
        var text = messages.Length == 1 ? messages[0] : $"[{string.Join(", ", messages)}]";
        var qualified = kind.Group.Length == 0 ? kind.Kind : $"{kind.Kind}.{kind.Group}";
        return Make(422, StatusReason.Invalid, $"{qualified} \"{name}\" is invalid: {text}", new StatusDetails
        {
            Name = name.Length == 0 ? null : name,
            Group = kind.Group.Length == 0 ? null : kind.Group,
            Kind = kind.Kind,
            Causes = [.. errors.All.Select(e => new StatusCause { Reason = e.Type.ToString(), Message = e.Message, Field = e.Path })],
        });
    }

    /// <summary>A patch that does not fit its object.</summary>
    public static ApiException Unprocessable(ResourceDefinition kind, string name, string why) => Make(422, StatusReason.Invalid,
        $"the server rejected our request due to an error in our request: {why}", Details(kind, name));

    /// <summary>A patch whose result is no object of the kind.</summary>
    public static ApiException InvalidPatch(JsonObject patched, string why)
    {
        var text = patched.ToJsonString();
        if (text.Length > MaxShown) text = text[..MaxShown] + "...";
        var message = $"Invalid value: {System.Text.Encoding.UTF8.GetString(JsonTree.Write(JsonValue.Create(text)).Span)}: {why}";
        return Make(422, StatusReason.Invalid, $" \"\" is invalid: patch: {message}",
            new StatusDetails { Causes = [new StatusCause { Reason = "FieldValueInvalid", Message = message, Field = "patch" }] });
    }

    public static ApiException BadRequest(string message) => Make(400, StatusReason.BadRequest, message);

    public static ApiException Unauthorized() => Make(401, StatusReason.Unauthorized, "Unauthorized");

    public static ApiException NoSuchResource() => Make(404, StatusReason.NotFound, "the server could not find the requested resource", new StatusDetails());

    public static ApiException MethodNotAllowed() => Make(405, StatusReason.MethodNotAllowed,
        "the server does not allow this method on the requested resource", new StatusDetails());

    public static ApiException NotAcceptable(params string[] accepted) => Make(406, StatusReason.NotAcceptable,
        $"only the following media types are accepted: {string.Join(", ", accepted)}");

    public static ApiException TooLarge(int limit) => Make(413, StatusReason.RequestEntityTooLarge,
        $"Request entity too large: limit is {limit}");

    public static ApiException UnsupportedMediaType(params string[] accepted) => Make(415, StatusReason.UnsupportedMediaType,
        $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}");

    public static ApiException Expired(string message) => Make(410, StatusReason.Expired, message);

    /// <summary>The rest of a list can't be had as of its revision any more.</summary>
    /// <param name="next">The token with which it can be had as it is now.</param>
    public static ApiException ExpiredPart(string next) => new(new Status
    {
        Outcome = "Failure",
        Code = 410,
        Reason = StatusReason.Expired,
        Message = "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue "
            + "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token "
            + "results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and "
            + "now may show up in the list.",
        Metadata = new ListMeta { Continue = next },
    });

    public static ApiException TooLargeRevision(long asked, long current) => Make(504, StatusReason.Timeout,
        $"Too large resource version: {asked}, current: {current}", new StatusDetails
        {
            RetryAfterSeconds = 1,
            Causes = [new StatusCause { Reason = "ResourceVersionTooLarge", Message = "Too large resource version" }],
        });

    /// <summary>The request found no seat at its priority level.</summary>
    public static ApiException TooManyRequests() => Make(429, StatusReason.TooManyRequests, "Too many requests, please try again later.", new StatusDetails { RetryAfterSeconds = 1 });

    /// <summary>No answer came in time; what was asked for may have happened.</summary>
    /// <param name="retryAfter">Seconds after which to try again.</param>
    public static ApiException Timeout(string message, int? retryAfter = null) => Make(504, StatusReason.Timeout, message,
        retryAfter is null ? null : new StatusDetails { RetryAfterSeconds = retryAfter });

    /// <summary>An eviction that its disruption budget does not allow.</summary>
    /// <param name="retryAfter">Seconds after which to try again; null if nobody knows.</param>
    public static ApiException Disruption(string why, int? retryAfter) => Make(429, StatusReason.TooManyRequests,
        "Cannot evict pod as it would violate the pod's disruption budget.",
        new StatusDetails { Causes = [new StatusCause { Reason = "DisruptionBudget", Message = why }], RetryAfterSeconds = retryAfter });

    /// <summary>An eviction of a Pod that several budgets cover. It has no reason, as upstream.</summary>
    public static ApiException ManyBudgets() => new(new Status
    {
        Outcome = "Failure", Code = 500, Message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    });

    /// <summary>A node or Pod could not be reached.</summary>
    public static ApiException BadGateway(string message) => Make(502, StatusReason.InternalError, message);

    public static ApiException Unavailable(string message) => Make(503, StatusReason.ServiceUnavailable, message);

    public static ApiException Internal(string message) => Make(500, StatusReason.InternalError, $"Internal error occurred: {message}",
        new StatusDetails { Causes = [new StatusCause { Message = message }] });

    static ApiException Make(int code, string reason, string message, StatusDetails? details = null) => new(new Status
    {
        Outcome = "Failure", Code = code, Reason = reason, Message = message, Details = details,
    });

    static string Qualified(string group, string plural) => group.Length == 0 ? plural : $"{plural}.{group}";

    static StatusDetails Details(ResourceDefinition kind, string name) => Details(kind.Group, kind.Plural, name);

    static StatusDetails Details(string group, string plural, string name) => new()
    {
        Name = name.Length == 0 ? null : name, Group = group.Length == 0 ? null : group, Kind = plural,
    };
}
