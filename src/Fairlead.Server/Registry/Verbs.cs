using System.IO.Pipelines;
using Fairlead.Api.Meta.V1;
using Fairlead.Json;
using Fairlead.Server.Admission;
using Fairlead.Server.Decoding;
using Fairlead.Server.Listen;
using Fairlead.Server.Responding;
using Fairlead.Server.Watching;

namespace Fairlead.Server.Registry;

/// <summary>The generic verbs, from a decoded request to its answer. Kinds differ only in their definitions.</summary>
public sealed class Verbs(RegistryServices services)
{
    readonly Reading reading = new(services.Store);
    readonly ListWriter lists = new(services.Clock);

    public Reading Reading => reading;
    public Creation Creation { get; } = new(services);
    public Deletion Deletion { get; } = new(services);
    public Updating Updating { get; } = new(services, new Deletion(services));
    Applying Applying => new(services, Creation, Updating);

    /// <summary>The time as objects tell it.</summary>
    public string Now => services.Now;

    /// <summary>The rules of admission, for what a subresource makes and does not store.</summary>
    public AdmissionChain Admission => services.Admission;

    public ValueTask<ApiAnswer> HandleAsync(ApiCall call, WriteContext context, CancellationToken cancellation) => context.Target.Verb switch
    {
        "get" => GetAsync(call, context, cancellation),
        "list" => ListAsync(call, context, cancellation),
        "watch" => new(Watch(call, context)),
        "create" => CreateAsync(call, context, cancellation),
        "update" => UpdateAsync(call, context, ChangeScope.Object, cancellation),
        "patch" => PatchAsync(call, context, ChangeScope.Object, cancellation),
        "delete" => DeleteAsync(call, context, cancellation),
        "deletecollection" => DeleteCollectionAsync(call, context, cancellation),
        _ => throw Refuse.MethodNotAllowed(),
    };

    public async ValueTask<ApiAnswer> GetAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        var form = Representation.Of(call);
        var target = context.Target;
        var entry = await reading.GetAsync(context.Stored().Kind, target.Namespace, target.Name!, cancellation).ConfigureAwait(false);
        return await AnswerAsync(call, context, entry.Json, form, cancellation).ConfigureAwait(false);
    }

    async ValueTask<ApiAnswer> ListAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        var form = Representation.Of(call);
        var query = ListQuery.Read(context.Kind, call.Query);
        var part = await reading.ListAsync(context.Stored().Kind, context.Namespace, query, cancellation).ConfigureAwait(false);
        return lists.List(context.Kind, await Versions.ServedAsync(context.Kind, part, cancellation).ConfigureAwait(false), form, call.Query);
    }

    ApiAnswer Watch(ApiCall call, WriteContext context)
    {
        var form = Representation.Of(call);
        var query = ListQuery.Read(context.Kind, call.Query);
        var lifetime = query.Timeout ?? TimeSpan.FromSeconds(Random.Shared.Next(1800, 3600));
        var writer = new EventWriter(context.Kind, form.Shape, call.Query, services.Clock);
        var stream = new WatchStream(services.Store, reading, context.Stored().Kind, context.Namespace, query, writer, lifetime);
        var served = services.Lifetime(context.Kind);
        return new ApiAnswer { Stream = served.CanBeCanceled ? (pipe, stop) => WhileServedAsync(stream, served, pipe, stop) : stream.RunAsync, LongRunning = true };
    }

    static async Task WhileServedAsync(WatchStream stream, CancellationToken served, PipeWriter pipe, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(served, cancellation);
        try { await stream.RunAsync(pipe, ended.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { } // the kind has gone, or is served otherwise
    }

    async ValueTask<ApiAnswer> CreateAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        var form = Representation.Of(call);
        var obj = await ObjectDecoder.ReadAsync(call, context, cancellation).ConfigureAwait(false);
        obj = await Versions.NewToStoredAsync(context.Kind, obj, cancellation).ConfigureAwait(false);
        var json = await Creation.CreateAsync(context.Stored(), obj, cancellation).ConfigureAwait(false);
        return await AnswerAsync(call, context, json, form, cancellation, 201).ConfigureAwait(false);
    }

    public async ValueTask<ApiAnswer> UpdateAsync(ApiCall call, WriteContext context, ChangeScope scope, CancellationToken cancellation)
    {
        var form = Representation.Of(call);
        var obj = await ObjectDecoder.ReadAsync(call, context, cancellation).ConfigureAwait(false);
        var json = await Updating.UpdateAsync(context.Stored(), scope, async stored =>
        {
            var changed = (JsonObject)obj.DeepClone();
            if (context.Kind.Storage is null) return (changed, null);
            var served = await stored.CopyAsync(context.Kind, cancellation).ConfigureAwait(false);
            return (await Versions.ChangedToStoredAsync(context.Kind, changed, served, scope, cancellation).ConfigureAwait(false), null);
        }, cancellation).ConfigureAwait(false);
        return await AnswerAsync(call, context, json, form, cancellation).ConfigureAwait(false);
    }

    public async ValueTask<ApiAnswer> PatchAsync(ApiCall call, WriteContext context, ChangeScope scope, CancellationToken cancellation)
    {
        var form = Representation.Of(call);
        var type = ContentTypes.Patch(call, context.Kind);
        var body = await call.ReadBody(ObjectDecoder.MaxBody, cancellation).ConfigureAwait(false);
        if (type == PatchType.Apply) return await ApplyAsync(call, context, scope, ApplyBody.Read(context, body), cancellation).ConfigureAwait(false);
        var patch = PatchBody.Read(type, body);
        var json = await Updating.UpdateAsync(context.Stored(), scope, async stored =>
        {
            var served = await stored.CopyAsync(context.Kind, cancellation, withOwners: patch.NamesOwners).ConfigureAwait(false);
            var before = context.Kind.Storage is null ? served : (JsonObject)served.DeepClone();
            return (await Versions.ChangedToStoredAsync(context.Kind, patch.Apply(context, served), before, scope, cancellation).ConfigureAwait(false), null);
        }, cancellation).ConfigureAwait(false);
        return await AnswerAsync(call, context, json, form, cancellation).ConfigureAwait(false);
    }

    /// <summary>One object in the version and the form that the request asks for.</summary>
    async ValueTask<ApiAnswer> AnswerAsync(
        ApiCall call, WriteContext context, ReadOnlyMemory<byte> stored, Representation form, CancellationToken cancellation, int code = 200)
    {
        var json = await Versions.ServedAsync(context.Kind, stored, cancellation).ConfigureAwait(false);
        return lists.Object(context.Kind, json, form, call.Query, code);
    }

    /// <summary>Server-side apply of a decoded configuration.</summary>
    /// <param name="admit">Admits what comes of it in another form than the object's; null for the object itself.</param>
    public async ValueTask<ApiAnswer> ApplyAsync(
        ApiCall call, WriteContext context, ChangeScope scope, JsonObject config, CancellationToken cancellation, AppliedAdmission? admit = null)
    {
        var form = Representation.Of(call);
        var (json, created) = await Applying.ApplyAsync(context, scope, config, cancellation, admit).ConfigureAwait(false);
        return await AnswerAsync(call, context, json, form, cancellation, created ? 201 : 200).ConfigureAwait(false);
    }

    async ValueTask<ApiAnswer> DeleteAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        var (options, dryRun) = await WriteOptions.ReadDeleteAsync(call, context.Target, cancellation).ConfigureAwait(false);
        var result = await Deletion.DeleteAsync(context.Stored() with { DryRun = dryRun }, options, cancellation).ConfigureAwait(false);
        return result.Gone && context.Kind.DefaultGracePeriod is null
            ? Statuses.Deleted(context.Kind, context.Target.Name!, result.Uid)
            : ApiAnswer.Of(await Versions.ServedAsync(context.Kind, result.Json, cancellation).ConfigureAwait(false));
    }

    async ValueTask<ApiAnswer> DeleteCollectionAsync(ApiCall call, WriteContext context, CancellationToken cancellation)
    {
        var (options, dryRun) = await WriteOptions.ReadDeleteAsync(call, context.Target, cancellation).ConfigureAwait(false);
        var query = ListQuery.Read(context.Kind, call.Query);
        var stored = context.Stored();
        var part = await reading.ListAsync(stored.Kind, context.Namespace, query, cancellation).ConfigureAwait(false);
        foreach (var entry in part.Entries)
        {
            var name = entry.Key[(entry.Key.LastIndexOf('/') + 1)..];
            var one = stored with { DryRun = dryRun, Target = stored.Target with { Name = name } };
            await DeleteOneAsync(one, options, cancellation).ConfigureAwait(false);
        }
        return lists.List(context.Kind, await Versions.ServedAsync(context.Kind, part, cancellation).ConfigureAwait(false), default, call.Query);
    }

    async ValueTask DeleteOneAsync(WriteContext context, DeleteOptions options, CancellationToken cancellation)
    {
        try { await Deletion.DeleteAsync(context, options, cancellation).ConfigureAwait(false); }
        catch (Api.Errors.ApiException e) when (e.IsNotFound) { } // gone already: what was asked for
    }
}
