using System.Text.Json.Serialization;
using Fairlead.Api.Schema;

namespace Fairlead.Api.Meta.V1;

/// <summary>The outcome of a request that returns no object, above all an error. Its metadata is that of a list.</summary>
public sealed record Status
{
    /// <summary>Always Status.</summary>
    [JsonPropertyOrder(-5)] public string Kind { get; init; } = "Status";
    /// <summary>Always v1.</summary>
    [JsonPropertyOrder(-4)] public string ApiVersion { get; init; } = "v1";
    /// <summary>Metadata of the kind that lists have.</summary>
    [Proto(1), JsonPropertyOrder(-3)] public ListMeta Metadata { get; init; } = new();

    /// <summary>Success or Failure. Named Outcome here because a member may not bear its type's name.</summary>
    [Proto(2), JsonPropertyName("status")] public string? Outcome { get; init; }

    /// <summary>What happened, for people.</summary>
    [Proto(3)] public string? Message { get; init; }

    /// <summary>Why it failed, for programs: one of <see cref="StatusReason"/>.</summary>
    [Proto(4)] public string? Reason { get; init; }

    /// <summary>Which object and which fields it is about.</summary>
    [Proto(5)] public StatusDetails? Details { get; init; }

    /// <summary>The HTTP status code.</summary>
    [Proto(6)] public int? Code { get; init; }
}

/// <summary>What a <see cref="Status"/> is about.</summary>
public sealed record StatusDetails
{
    /// <summary>Name of the object concerned.</summary>
    [Proto(1)] public string? Name { get; init; }
    /// <summary>API group of the resource concerned.</summary>
    [Proto(2)] public string? Group { get; init; }

    /// <summary>The resource (plural), not the kind, in most errors.</summary>
    [Proto(3)] public string? Kind { get; init; }
    /// <summary>Uid of the object concerned.</summary>
    [Proto(6)] public string? Uid { get; init; }
    /// <summary>Each single thing that is wrong.</summary>
    [Proto(4)] public IReadOnlyList<StatusCause>? Causes { get; init; }
    /// <summary>Seconds after which the client may try again.</summary>
    [Proto(5)] public int? RetryAfterSeconds { get; init; }
}

/// <summary>One cause of a failure: a field and what is wrong with it.</summary>
public sealed record StatusCause
{
    /// <summary>Which kind of mistake it is, for programs.</summary>
    [Proto(1)] public string? Reason { get; init; }
    /// <summary>What is wrong, for people.</summary>
    [Proto(2)] public string? Message { get; init; }
    /// <summary>Path of the field concerned, such as spec.ports[0].port.</summary>
    [Proto(3)] public string? Field { get; init; }
}

/// <summary>The metadata of a list.</summary>
public sealed record ListMeta
{
    /// <summary>Unused; the server no longer fills it.</summary>
    [Proto(1)] public string? SelfLink { get; init; }

    /// <summary>The revision at which the list was read; a watch may begin here.</summary>
    [Proto(2)] public string? ResourceVersion { get; init; }

    /// <summary>Token with which the next part of a limited list is asked for.</summary>
    [Proto(3)] public string? Continue { get; init; }

    /// <summary>How many objects follow this part, when that is known.</summary>
    [Proto(4, Pointer = true)] public long? RemainingItemCount { get; init; }
}

/// <summary>The reasons a <see cref="Status"/> may give (meta/v1 StatusReason).</summary>
public static class StatusReason
{
    public const string Unauthorized = "Unauthorized";
    public const string Forbidden = "Forbidden";
    public const string NotFound = "NotFound";
    public const string AlreadyExists = "AlreadyExists";
    public const string Conflict = "Conflict";
    public const string Gone = "Gone";
    public const string Invalid = "Invalid";
    public const string Timeout = "Timeout";
    public const string TooManyRequests = "TooManyRequests";
    public const string BadRequest = "BadRequest";
    public const string MethodNotAllowed = "MethodNotAllowed";
    public const string NotAcceptable = "NotAcceptable";
    public const string RequestEntityTooLarge = "RequestEntityTooLarge";
    public const string UnsupportedMediaType = "UnsupportedMediaType";
    public const string InternalError = "InternalError";
    public const string Expired = "Expired";
    public const string ServiceUnavailable = "ServiceUnavailable";
    public const string ServerTimeout = "ServerTimeout";
}
