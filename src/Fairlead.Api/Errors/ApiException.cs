using Fairlead.Api.Meta.V1;

namespace Fairlead.Api.Errors;

/// <summary>
/// A request that the API refuses, with the Status that the client receives. Thrown by the server's stages, and by the
/// client when the server answered so. Callers that expect a refusal test <see cref="Reason"/>.
/// </summary>
public sealed class ApiException(Status status) : Exception(status.Message)
{
    public Status Status => status;
    public string Reason => status.Reason ?? "";
    public int Code => status.Code ?? 500;

    /// <summary>The same refusal with another code and reason.</summary>
    public ApiException As(int code, string reason) => new(status with { Code = code, Reason = reason });

    public bool IsNotFound => Reason == StatusReason.NotFound;
    public bool IsConflict => Reason == StatusReason.Conflict;
    public bool IsAlreadyExists => Reason == StatusReason.AlreadyExists;

    /// <summary>The revision asked for is older than the history kept: list again.</summary>
    public bool IsExpired => Reason is StatusReason.Expired or StatusReason.Gone;
}
