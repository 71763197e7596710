using Fairlead.Api.Errors;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Listen;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Auditing;

/// <summary>Begins the record of each request, as the policy says.</summary>
/// <param name="write">Takes a whole event; see <see cref="AuditLog.Write"/>.</param>
/// <param name="failed">Told that an event could not be written; the request goes on.</param>
public sealed class Auditor(AuditPolicy policy, Action<JsonObject> write, TimeProvider clock, Action<string> failed)
{
    static readonly UserInfo Nobody = new("", []);

    /// <summary>The request's user is known: its record, with the stage RequestReceived written.</summary>
    public RequestAudit Begin(ApiCall call, UserInfo user, RequestParser parser)
    {
        ArgumentNullException.ThrowIfNull(call);
        var audit = Make(call, user, parser);
        audit.Write(AuditStage.RequestReceived);
        return audit;
    }

    /// <summary>Nobody knows the request's user.</summary>
    public RequestAudit Refuse(ApiCall call, RequestParser parser)
    {
        ArgumentNullException.ThrowIfNull(call);
        var audit = Make(call, Nobody, parser);
        audit.Unauthenticated();
        return audit;
    }

    RequestAudit Make(ApiCall call, UserInfo user, RequestParser parser)
    {
        var request = Asked(call, user, parser);
        return new(this, policy.Decide(request), call, request, clock.GetUtcNow());
    }

    internal DateTimeOffset Now => clock.GetUtcNow();

    internal void Write(JsonObject auditEvent)
    {
        try { write(auditEvent); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException) { failed($"an audit event is lost: {e.Message}"); }
    }

    static AccessRequest Asked(ApiCall call, UserInfo user, RequestParser parser)
    {
        try { return AccessRequest.Of(user, parser.Parse(call), call); }
        catch (ApiException) { return AccessRequest.OfUnknown(user, call); }
    }
}
