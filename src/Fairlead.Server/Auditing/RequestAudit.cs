using System.Globalization;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Yaml;
using Fairlead.Json;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Server.Auditing;

/// <summary>
/// The record of one request while it is served: an Event of audit.k8s.io/v1 is written of it at each stage. Belongs to
/// the request's task.
/// </summary>
public sealed class RequestAudit
{
    const int LongestId = 64;

    readonly Auditor auditor;
    readonly AuditDecision decision;
    readonly JsonObject record;
    readonly JsonObject annotations = [];
    readonly ApiCall call;
    readonly bool lasts;
    ReadOnlyMemory<byte> body;
    bool ended;

    internal RequestAudit(Auditor auditor, AuditDecision decision, ApiCall call, in AccessRequest request, DateTimeOffset received)
    {
        (this.auditor, this.decision, this.call, lasts) = (auditor, decision, call, request.Lasts);
        Id = IdOf(call.Http);
        record = decision.Level == AuditLevel.None ? [] : Describe(request, received);
        if (decision.Level < AuditLevel.Request) return;
        var read = call.ReadBody;
        call.ReadBody = async (limit, cancellation) => body = await read(limit, cancellation).ConfigureAwait(false);
    }

    /// <summary>Names the request in every event and in the answer's header Audit-ID; the client's own if it sent one.</summary>
    public string Id { get; }

    /// <summary>What the client calls its request; a new name if it does not say.</summary>
    public static string IdOf(Microsoft.AspNetCore.Http.HttpContext? http)
    {
        var given = (string?)http?.Request.Headers["Audit-ID"];
        // What can't stand in an answer's header is no name.
        return string.IsNullOrEmpty(given) || given.AsSpan().ContainsAnyExceptInRange(' ', '~') ? RandomId.Next() : given.Length > LongestId ? given[..LongestId] : given;
    }

    /// <summary>As whom the request is judged.</summary>
    public void Impersonated(UserInfo user) => record.Put("impersonatedUser", IdentityOf(user));

    /// <summary>What the authorizers said.</summary>
    public void Decided(Decision verdict)
    {
        if (!verdict.IsAllowed && verdict.Error is not null)
        {
            annotations["authorization.k8s.io/reason"] = "internal error";
            return;
        }
        annotations["authorization.k8s.io/decision"] = verdict.IsAllowed ? "allow" : "forbid";
        annotations["authorization.k8s.io/reason"] = verdict.Reason;
    }

    /// <summary>Something that admission has to say of the request.</summary>
    public void Annotate(string key, string value) => annotations[key] = value;

    /// <summary>The body was understood to be this object.</summary>
    public void Requested(JsonObject obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (decision.Level == AuditLevel.None) return;
        if (record.Object("objectRef") is { } about && obj["metadata"] is JsonObject metadata)
        {
            foreach (var field in (string[])["namespace", "name", "uid", "resourceVersion"])
            {
                if (about.Text(field) is null && metadata.Text(field) is { } value) about[field] = value;
            }
        }
        if (decision.Level >= AuditLevel.Request) record["requestObject"] = Shown(obj.DeepClone());
    }

    /// <summary>Nobody knows the request's user: the one event that there is of it.</summary>
    public void Unauthenticated()
    {
        var methods = new List<string>();
        if (call.Http?.Connection.ClientCertificate is not null) methods.Add("x509");
        if (call.Authorization is { Length: > 0 } header) methods.Add(header.Split(' ')[0].ToLowerInvariant() is "basic" or "bearer" ? header.Split(' ')[0].ToLowerInvariant() : "unknown");
        record["responseStatus"] = new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["message"] = methods.Count == 0 ? "Authentication failed, no credentials provided" : $"Authentication failed, attempted: {string.Join(", ", methods)}",
            ["code"] = 401,
        };
        Write(AuditStage.ResponseStarted);
        ended = true;
    }

    /// <summary>How it ended, if not with an object.</summary>
    void Outcome(Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var told = JsonTree.ParseObject(ApiJson.Write(status));
        told.Remove("kind");
        told.Remove("apiVersion");
        record["responseStatus"] = told;
    }

    /// <summary>The answer, whole if the event is to show it.</summary>
    public ValueTask<ApiAnswer> ShownAsync(ApiAnswer answer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return decision.Level == AuditLevel.RequestResponse && !answer.LongRunning && answer.Stream is not null ? answer.WholeAsync(cancellation) : new(answer);
    }

    /// <summary>Writes what there is to say at the end: now, or when the content has been sent that is still to come. Returns the answer to send.</summary>
    public ApiAnswer Answered(ApiAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (decision.Level == AuditLevel.None || ended) return answer;
        if (answer.Relay is { } relay) return new() { Code = answer.Code, ContentType = answer.ContentType, LongRunning = answer.LongRunning, Relay = http => RelayedAsync(http, relay) };
        if (answer.Code >= 400 && Parsed(answer.Body) is JsonObject status && status.Text("kind") == "Status") Outcome(ApiJson.Read<Status>(answer.Body.Span));
        else Succeeded(answer.Code);
        if (decision.Level == AuditLevel.RequestResponse && answer.ContentType == ApiAnswer.Json && Parsed(answer.Body) is { } obj) record["responseObject"] = Shown(obj);
        if (lasts) Write(AuditStage.ResponseStarted);
        if (answer.Stream is { } stream) return answer.WithStream((pipe, stop) => UntilEndAsync(() => stream(pipe, stop)));
        Write(AuditStage.ResponseComplete);
        return answer;
    }

    /// <summary>The server failed at the request.</summary>
    public void Failed(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        record["responseStatus"] = new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Failure", ["message"] = $"APIServer panic'd: {fault.Message}", ["reason"] = "InternalError", ["code"] = 500 };
        Write(AuditStage.Panic);
        ended = true;
    }

    /// <summary>The event at this stage, unless the policy leaves it out.</summary>
    public void Write(string stage)
    {
        if (decision.Level == AuditLevel.None || decision.OmitStages.Contains(stage)) return;
        if (body.Length > 0 && record["requestObject"] is null && stage != AuditStage.RequestReceived && Body() is { } sent) record["requestObject"] = Shown(sent);
        var written = (JsonObject)record.DeepClone();
        written["stage"] = stage;
        written["stageTimestamp"] = Time(auditor.Now);
        if (annotations.Count > 0) written["annotations"] = annotations.DeepClone();
        auditor.Write(written);
    }

    /// <summary>Only the other side knows the code, so the answer has started when its head goes out: 101 for an upgrade.</summary>
    Task RelayedAsync(HttpContext http, Func<HttpContext, Task> relay)
    {
        // What stands if the client goes before anything was sent (as upstream).
        record["responseStatus"] = new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success", ["message"] = "Connection closed early", ["code"] = 200 };
        var started = false;
        http.Response.OnStarting(() =>
        {
            Succeeded(http.Response.StatusCode);
            Start();
            return Task.CompletedTask;
        });
        return UntilEndAsync(async () =>
        {
            await relay(http).ConfigureAwait(false);
            // An answer of a head alone goes out behind the relay.
            if (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested) await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        }, Start);

        void Start()
        {
            if (lasts && !started) Write(AuditStage.ResponseStarted);
            started = true;
        }
    }

    async Task UntilEndAsync(Func<Task> serving, Action? ending = null)
    {
        try { await serving().ConfigureAwait(false); }
        catch (Exception fault) when (IsOurs(fault))
        {
            Failed(fault);
            throw;
        }
        finally
        {
            if (!ended)
            {
                ending?.Invoke();
                Write(AuditStage.ResponseComplete);
            }
        }
    }

    /// <summary>False for a client that went and for a store that is away.</summary>
    static bool IsOurs(Exception fault) => fault is not (OperationCanceledException or IOException or StoreUnavailableException or ApiException);

    JsonObject Describe(in AccessRequest request, DateTimeOffset received)
    {
        var made = new JsonObject
        {
            ["kind"] = "Event",
            ["apiVersion"] = "audit.k8s.io/v1",
            ["level"] = decision.Level.ToString(),
            ["auditID"] = Id,
            ["stage"] = "",
            ["requestURI"] = call.Http?.Features.Get<IHttpRequestFeature>()?.RawTarget ?? call.Path + call.Query.Raw,
            ["verb"] = request.Verb,
            ["user"] = IdentityOf(request.User),
            ["sourceIPs"] = new JsonArray([.. Sources().Select(s => (JsonNode?)s)]),
        };
        if (!string.IsNullOrEmpty(call.UserAgent)) made["userAgent"] = call.UserAgent;
        if (request.IsResource) made["objectRef"] = Reference(request);
        made["requestReceivedTimestamp"] = Time(received);
        return made;
    }

    /// <summary>Those that the proxies on the way name, then the one that is connected.</summary>
    IEnumerable<string> Sources()
    {
        if (call.Http is not { } http) return ["::1"];
        var named = http.Request.Headers["X-Forwarded-For"].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Concat(http.Request.Headers["X-Real-Ip"].OfType<string>()).Where(a => System.Net.IPAddress.TryParse(a, out _));
        var peer = http.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : null;
        return named.Append(peer).OfType<string>().Distinct();
    }

    static JsonObject Reference(in AccessRequest request)
    {
        var about = new JsonObject { ["resource"] = request.Resource };
        foreach (var (field, value) in ((string, string)[])[("namespace", request.Namespace), ("name", request.Name), ("apiGroup", request.Group), ("apiVersion", request.Version), ("subresource", request.Subresource)])
        {
            if (value.Length > 0) about[field] = value;
        }
        return about;
    }

    static JsonObject IdentityOf(UserInfo user)
    {
        var identity = new JsonObject();
        if (user.Name.Length > 0) identity["username"] = user.Name;
        if (user.Uid is { Length: > 0 } uid) identity["uid"] = uid;
        if (user.Groups.Count > 0) identity["groups"] = new JsonArray([.. user.Groups.Select(g => (JsonNode?)g)]);
        if (user.Extra is { Count: > 0 } extra)
            identity["extra"] = new JsonObject(extra.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)new JsonArray([.. e.Value.Select(v => (JsonNode?)v)]))));
        return identity;
    }

    JsonNode? Body() => call.ContentType?.StartsWith(BodyOfYaml, StringComparison.Ordinal) == true ? Tree(() => YamlInput.Parse(body.Span)) : Parsed(body);

    const string BodyOfYaml = "application/yaml";

    static JsonNode? Parsed(ReadOnlyMemory<byte> json) => Tree(() => JsonTree.Parse(json.Span));

    /// <summary>Null for what is no document: it was refused, and the refusal is what is recorded.</summary>
    static JsonNode? Tree(Func<JsonNode?> read)
    {
        try { return read(); }
        catch (MalformedInputException) { return null; }
    }

    JsonNode Shown(JsonNode obj)
    {
        if (!decision.OmitManagedFields) return obj;
        foreach (var holder in (obj as JsonObject)?.Array("items")?.Append(obj) ?? [obj])
        {
            if ((holder as JsonObject)?["metadata"] is JsonObject metadata) metadata.Remove("managedFields");
        }
        return obj;
    }

    void Succeeded(int code) => record["responseStatus"] = new JsonObject { ["metadata"] = new JsonObject(), ["code"] = code };

    static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
