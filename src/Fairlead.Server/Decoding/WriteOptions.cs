using System.Text;
using System.Text.Json;
using Fairlead.Api.Errors;
using Fairlead.Api.Json;
using Fairlead.Api.Meta.V1;
using Fairlead.Server.Authentication;
using Fairlead.Server.Listen;
using Fairlead.Server.Registry;
using Fairlead.Server.Responding;
using Fairlead.Server.Routing;

namespace Fairlead.Server.Decoding;

/// <summary>Reads the options of writes from the query, and those of deletions from the body too.</summary>
public static class WriteOptions
{
    /// <summary>Longest name of a field manager in bytes, as upstream.</summary>
    const int MaxManager = 128;

    /// <summary>The options of a request; those of one that only reads are not looked at, as upstream.</summary>
    /// <exception cref="ApiException">BadRequest; Invalid for values that do not exist.</exception>
    public static WriteContext Read(ApiCall call, RequestTarget target, UserInfo user) =>
        target.Verb is "get" or "list" or "watch" && !StreamSubresources.Has(target.Subresource) ? new(target, user, DryRun: false, FieldValidation.Warn, call.Warn) : Written(call, target, user);

    static WriteContext Written(ApiCall call, RequestTarget target, UserInfo user)
    {
        var errors = new FieldErrors();
        var dryRun = DryRun(call.Query.All("dryRun"), errors);
        var validation = call.Query["fieldValidation"] switch
        {
            null or "" or "Warn" => FieldValidation.Warn,
            "Ignore" => FieldValidation.Ignore,
            "Strict" => FieldValidation.Strict,
            var other => Unsupported(other, errors),
        };
        var apply = target.Verb == "patch" && ContentTypes.IsApply(call);
        var manager = call.Query["fieldManager"] ?? "";
        var force = call.Query["force"] is { Length: > 0 } && call.Query.Flag("force");
        CheckManager(manager, errors);
        if (apply && manager.Length == 0) errors.Required("fieldManager", "is required for apply patch");
        if (!apply && call.Query["force"] is { Length: > 0 }) errors.Forbidden("force", "may not be specified for non-apply patch");
        ThrowIfAny(target, errors, target.Verb switch { "patch" => "PatchOptions", "update" => "UpdateOptions", _ => "CreateOptions" });
        return new(target, user, dryRun, validation, call.Warn)
        {
            FieldManager = manager.Length > 0 ? manager : FromUserAgent(call.UserAgent ?? ""),
            Force = force,
            Annotate = (key, value) => call.Audit?.Annotate(key, value),
        };
    }

    static void CheckManager(string manager, FieldErrors errors)
    {
        if (Encoding.UTF8.GetByteCount(manager) > MaxManager) errors.TooLong("fieldManager", MaxManager);
        if (manager.Any(char.IsControl)) errors.Invalid("fieldManager", manager, "should only contain printable characters");
    }

    /// <summary>The program's name: what stands before the first slash, without what can't be printed.</summary>
    static string FromUserAgent(string agent)
    {
        var end = agent.IndexOf('/', StringComparison.Ordinal);
        var name = end < 0 ? agent : agent[..end];
        if (name.AsSpan().ContainsAnyExceptInRange(' ', '~')) name = new string([.. name.Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]);
        while (Encoding.UTF8.GetByteCount(name) > MaxManager) name = name[..^1];
        return name;
    }

    /// <summary>The body's DeleteOptions, overridden by the query. An empty body asks for the defaults.</summary>
    public static async ValueTask<(DeleteOptions Options, bool DryRun)> ReadDeleteAsync(ApiCall call, RequestTarget target, CancellationToken cancellation)
    {
        var body = await call.ReadBody(ObjectDecoder.MaxBody, cancellation).ConfigureAwait(false);
        var options = body.Length == 0 ? new DeleteOptions() : Decode(body, ContentTypes.Body(call, typeof(DeleteOptions)));
        if (call.Query["gracePeriodSeconds"] is { Length: > 0 } grace)
        {
            options = options with { GracePeriodSeconds = long.TryParse(grace, out var seconds) ? seconds : throw Refuse.BadRequest($"invalid gracePeriodSeconds \"{grace}\"") };
        }
        if (call.Query["propagationPolicy"] is { Length: > 0 } policy) options = options with { PropagationPolicy = policy };
        if (call.Query["orphanDependents"] is { Length: > 0 }) options = options with { OrphanDependents = call.Query.Flag("orphanDependents") };
        var errors = new FieldErrors();
        var dryRun = DryRun(call.Query.All("dryRun").Concat(options.DryRun ?? []), errors);
        if (options.PropagationPolicy is { } p and not ("Orphan" or "Background" or "Foreground"))
        {
            errors.NotSupported("propagationPolicy", p, ["Background", "Foreground", "Orphan"]);
        }
        if (options is { PropagationPolicy: not null, OrphanDependents: not null })
        {
            errors.Invalid("propagationPolicy", options.PropagationPolicy, "orphanDependents and deletionPropagation cannot be both set");
        }
        if (options.GracePeriodSeconds < 0) options = options with { GracePeriodSeconds = 1 };
        ThrowIfAny(target, errors, "DeleteOptions");
        return (options, dryRun);
    }

    static DeleteOptions Decode(ReadOnlyMemory<byte> body, BodyFormat format)
    {
        var obj = ObjectDecoder.Parse(body, format, typeof(DeleteOptions));
        try { return ApiJson.Read<DeleteOptions>(StoredObject.Bytes(obj).Span); }
        catch (JsonException e) { throw Refuse.BadRequest($"DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: {e.Message}"); }
    }

    static bool DryRun(IEnumerable<string?> values, FieldErrors errors)
    {
        var asked = values.OfType<string>().Where(v => v.Length > 0).Distinct().ToArray(); // a list in a body may hold null
        foreach (var other in asked.Where(v => v != "All")) errors.NotSupported("dryRun", other, ["All"]);
        return asked.Length > 0;
    }

    static FieldValidation Unsupported(string value, FieldErrors errors)
    {
        errors.NotSupported("fieldValidation", value, ["Ignore", "Strict", "Warn"]);
        return FieldValidation.Warn;
    }

    static void ThrowIfAny(RequestTarget target, FieldErrors errors, string name)
    {
        if (errors.Any) throw Refuse.Invalid(target.Definition! with { Group = "meta.k8s.io", Kind = name }, "", errors);
    }
}
