using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources;
using Fairlead.Server.Listen;
using Fairlead.Store;

namespace Fairlead.Server.Responding;

/// <summary>Answers that are a Status.</summary>
public static class Statuses
{
    public static ApiAnswer Of(ApiException refusal) => Of(refusal.Status);

    public static ApiAnswer Of(Status status) => Of(status, status.Code ?? 500);

    /// <summary>The answer to a request that the server failed at: a refusal as it is, a store that is away as 503 or 504, all else as 500.</summary>
    public static ApiAnswer Of(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return Of(fault switch
        {
            ApiException refusal => refusal,
            StoreUnavailableException { IsTimeout: true } => Refuse.Timeout(fault.Message),
            StoreUnavailableException => Refuse.Unavailable(fault.Message),
            _ => Refuse.Internal(fault.Message),
        });
    }

    /// <summary>The answer to a deletion that is done.</summary>
    public static ApiAnswer Deleted(ResourceDefinition kind, string name, string uid) => Of(new Status
    {
        Outcome = "Success",
        Details = new StatusDetails { Name = name, Group = kind.Group.Length == 0 ? null : kind.Group, Kind = kind.Plural, Uid = uid },
        Code = null,
    }, 200);

    /// <summary>An answer that only says that it was done.</summary>
    public static ApiAnswer Success(int code = 200) => Of(new Status { Outcome = "Success", Code = code }, code);

    static ApiAnswer Of(Status status, int code) => new() { Body = ApiJson.Write(status), Code = code, RetryAfter = status.Details?.RetryAfterSeconds };
}
