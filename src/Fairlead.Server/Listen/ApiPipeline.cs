using System.Diagnostics;
using Fairlead.Api.Errors;
using Fairlead.Server.Aggregation;
using Fairlead.Server.Auditing;
using Fairlead.Server.Authentication;
using Fairlead.Server.Authorization;
using Fairlead.Server.Decoding;
using Fairlead.Server.FlowControl;
using Fairlead.Server.Health;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Server.Routing;
using Fairlead.Server.Subresources;
using Fairlead.Store;
using Microsoft.Extensions.Logging;

namespace Fairlead.Server.Listen;

/// <summary>
/// The one path of every request: authenticate → impersonate → route → take a seat → authorize → the verb, the subresource, the document or another server. Knows
/// nothing of sockets; the listener and the in-process transport both run it.
/// </summary>
public sealed class ApiPipeline(
    Authenticator authenticator, RequestParser parser, IAuthorizer authorizer, Verbs verbs,
    IReadOnlyList<ISubresource> subresources, DocumentRouter documents, RequestMetrics metrics, Aggregator aggregator, ILogger log, Auditor? auditor = null, IRequestLimiter? limiter = null)
{
    /// <summary>Answers a request; every refusal and fault is an answer too. Only cancellation is thrown.</summary>
    public async ValueTask<ApiAnswer> HandleAsync(ApiCall call, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        RequestTarget? target = null;
        ApiAnswer answer;
        try
        {
            var user = await authenticator.AuthenticateAsync(call, cancellation).ConfigureAwait(false);
            if (auditor is not null) call.Audit = auditor.Begin(call, user, parser);
            if (call.Impersonation is { } other)
            {
                user = await other.AsAsync(user, authorizer, cancellation).ConfigureAwait(false);
                call.Audit?.Impersonated(user);
            }
            target = Target(call, out var nowhere);
            answer = await ServeAsync(call, target, nowhere, user, cancellation).ConfigureAwait(false);
            if (call.Audit is { } shows) answer = await shows.ShownAsync(answer, cancellation).ConfigureAwait(false);
            answer = Logged(answer, call);
        }
        catch (ApiException refusal)
        {
            answer = Statuses.Of(refusal);
            if (call.Audit is null) call.Audit = auditor?.Refuse(call, parser);
        }
        catch (StoreUnavailableException fault)
        {
            log.LogWarning("{Method} {Path}: {Message}", call.Method, call.Path, fault.Message);
            answer = Statuses.Of(fault);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "{Method} {Path} failed", call.Method, call.Path);
            answer = Statuses.Of(fault);
            call.Audit?.Failed(fault);
        }
        if (call.Audit is { } audit) answer = audit.Answered(answer);
        metrics.Answered(target, call.Method, answer, Stopwatch.GetElapsedTime(started));
        return answer;
    }

    /// <summary>The answer to a request that shows a certificate nobody believes.</summary>
    public ApiAnswer Unauthorized(ApiCall call)
    {
        call.Audit = auditor?.Refuse(call, parser);
        return Statuses.Of(Refuse.Unauthorized());
    }

    /// <summary>The answer, with a line in the log if its content breaks off: the head has gone out then, and no answer can say it.</summary>
    ApiAnswer Logged(ApiAnswer answer, ApiCall call) => answer.Stream is not { } stream ? answer : answer.WithStream(async (pipe, cancellation) =>
    {
        try { await stream(pipe, cancellation).ConfigureAwait(false); }
        catch (StoreUnavailableException fault)
        {
            log.LogWarning("{Method} {Path} broke off: {Message}", call.Method, call.Path, fault.Message);
            throw;
        }
        // A client that went, or another server's answer that broke off, is no fault of this one.
        catch (Exception fault) when (fault is not (OperationCanceledException or IOException or ApiException))
        {
            log.LogError(fault, "{Method} {Path} broke off", call.Method, call.Path);
            throw;
        }
    });

    ApiAnswer Counted(ApiAnswer answer, Func<System.IO.Pipelines.PipeWriter, CancellationToken, Task> stream, RequestTarget target) => new()
    {
        ContentType = answer.ContentType,
        LongRunning = true,
        Stream = async (pipe, cancellation) =>
        {
            using var open = metrics.Open(target);
            await stream(pipe, cancellation).ConfigureAwait(false);
        },
    };

    /// <summary>Serves a request while it has a seat at its priority level.</summary>
    async ValueTask<ApiAnswer> ServeAsync(ApiCall call, RequestTarget? target, ApiException? nowhere, UserInfo user, CancellationToken cancellation)
    {
        var request = target is null or { Remote: not null } ? AccessRequest.OfUnknown(user, call) : AccessRequest.Of(user, target, call);
        var seat = limiter is null ? default : await limiter.EnterAsync(call, request, cancellation).ConfigureAwait(false);
        if (seat.Refusal != FlowRefusal.None) return RequestLimiter.Refuse();
        try
        {
            await AuthorizeAsync(call, request, cancellation).ConfigureAwait(false);
            if (target is null) throw nowhere!;
            var answer = await DispatchAsync(call, target, user, cancellation).ConfigureAwait(false);
            if (answer.Stream is not { } stream) return answer;
            if (answer.LongRunning) return target.IsResource ? Counted(answer, stream, target) : answer;
            if (!seat.IsHeld) return answer;
            answer = limiter!.UntilWritten(seat, answer);
            seat = default;
            return answer;
        }
        finally
        {
            seat.Leave();
        }
    }

    async ValueTask AuthorizeAsync(ApiCall call, AccessRequest request, CancellationToken cancellation)
    {
        var decision = await authorizer.AuthorizeAsync(request, cancellation).ConfigureAwait(false);
        call.Audit?.Decided(decision);
        if (!decision.IsAllowed) throw decision.Error is { } error ? Refuse.Internal(error) : Refuse.Forbidden(request, decision.Reason);
    }

    /// <summary>What the request is about; null if it leads nowhere, which is told only to those who may ask, so that nobody else learns what is served.</summary>
    RequestTarget? Target(ApiCall call, out ApiException? nowhere)
    {
        nowhere = null;
        try { return aggregator.Find(call) ?? parser.Parse(call); }
        catch (ApiException refusal)
        {
            nowhere = refusal;
            return null;
        }
    }

    ValueTask<ApiAnswer> DispatchAsync(ApiCall call, RequestTarget target, UserInfo user, CancellationToken cancellation)
    {
        if (target.Remote is { } remote) return aggregator.AnswerAsync(call, remote, user, cancellation);
        if (target.Definition is not { } kind) return documents.HandleAsync(call, cancellation);
        if (kind.Deprecation is { } deprecation) call.Warnings.Add(deprecation);
        var context = WriteOptions.Read(call, target, user);
        if (target.Subresource.Length == 0 && kind.IsStored)
        {
            return kind.Verbs.Contains(target.Verb) ? verbs.HandleAsync(call, context, cancellation) : throw Refuse.MethodNotAllowed();
        }
        foreach (var subresource in subresources)
        {
            if (subresource.Name != target.Subresource || !subresource.Serves(kind)) continue;
            // The answer to a question that was posted has no metadata to show in another form.
            if (subresource.Name.Length == 0 && target.Verb == "create" && Representation.Of(call).Shape != Shape.Object) throw Refuse.NotAcceptable(ApiAnswer.Json, YamlAnswer.ContentType);
            return subresource.HandleAsync(call, context, cancellation);
        }
        throw Refuse.NoSuchResource();
    }
}
