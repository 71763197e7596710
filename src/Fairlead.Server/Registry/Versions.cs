using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Json;
using Fairlead.Store;

namespace Fairlead.Server.Registry;

/// <summary>
/// Between the one form in which objects of a kind are stored and the version in which a request speaks. Everything
/// behind decoding and before answering sees the stored form alone; a kind with one version costs nothing here.
/// </summary>
public static class Versions
{
    /// <summary>The same request, about the stored form of its kind.</summary>
    public static WriteContext Stored(this WriteContext context) => context.Kind.Storage is { } storage
        ? context with { Target = context.Target with { Definition = storage }, Requested = context.Kind }
        : context;

    /// <summary>The object, which its client sent in the kind's version, with that version's defaults and in the stored form.</summary>
    public static ValueTask<JsonObject> ToStoredAsync(ResourceDefinition kind, JsonObject obj, CancellationToken cancellation)
    {
        if (kind.Conversion is null || kind.Storage is null) return new(obj);
        obj["apiVersion"] = kind.ApiVersion;
        obj["kind"] = kind.Kind;
        ObjectChecks.Default(kind, obj);
        return ConvertAsync(kind.Storage, obj, cancellation);
    }

    /// <summary>A new object in the stored form, after the rules that its version alone has.</summary>
    /// <exception cref="Api.Errors.ApiException">Invalid.</exception>
    public static ValueTask<JsonObject> NewToStoredAsync(ResourceDefinition kind, JsonObject obj, CancellationToken cancellation)
    {
        if (kind.Storage is not null) Check(kind, obj, errors => kind.Rules.ValidateCreate(obj, errors));
        return ToStoredAsync(kind, obj, cancellation);
    }

    /// <summary>A changed object in the stored form, after the rules that its version alone has.</summary>
    /// <param name="old">The object as it was, in the kind's version.</param>
    /// <exception cref="Api.Errors.ApiException">Invalid.</exception>
    public static ValueTask<JsonObject> ChangedToStoredAsync(ResourceDefinition kind, JsonObject obj, JsonObject old, ChangeScope scope, CancellationToken cancellation)
    {
        if (kind.Storage is not null && scope == ChangeScope.Object) Check(kind, obj, errors => kind.Rules.ValidateUpdate(obj, old, errors));
        return ToStoredAsync(kind, obj, cancellation);
    }

    static void Check(ResourceDefinition kind, JsonObject obj, Action<FieldErrors> check)
    {
        var errors = new FieldErrors();
        check(errors);
        ObjectChecks.ThrowIfAny(kind, obj, errors);
    }

    /// <summary>The object in the kind's version, whichever it is stored in; consumed.</summary>
    public static async ValueTask<JsonObject> ConvertAsync(ResourceDefinition kind, JsonObject obj, CancellationToken cancellation)
    {
        if (kind.Conversion is { } convert && obj.Text("apiVersion") != kind.ApiVersion)
            obj = (await convert([obj], kind.ApiVersion, cancellation).ConfigureAwait(false))[0];
        return Defaulted(kind, obj);
    }

    /// <summary>Stored bytes in the kind's version.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> ServedAsync(ResourceDefinition kind, ReadOnlyMemory<byte> json, CancellationToken cancellation) =>
        IsAsStored(kind)
            ? json
            : StoredObject.Bytes(await ConvertAsync(kind, JsonTree.ParseObject(json.Span), cancellation).ConfigureAwait(false));

    /// <summary>An entry whose bytes are in the kind's version.</summary>
    public static async ValueTask<StoreEntry> ServedAsync(ResourceDefinition kind, StoreEntry entry, CancellationToken cancellation) =>
        IsAsStored(kind) ? entry : With(entry, await ServedAsync(kind, entry.Json, cancellation).ConfigureAwait(false));

    /// <summary>A part of a list in the kind's version, converted in one go.</summary>
    public static async ValueTask<ListPart> ServedAsync(ResourceDefinition kind, ListPart part, CancellationToken cancellation)
    {
        if (IsAsStored(kind)) return part;
        var objects = part.Entries.Select(StoredObject.Parse).ToArray();
        var other = objects.Index().Where(o => o.Item.Text("apiVersion") != kind.ApiVersion).Select(o => o.Index).ToArray();
        if (other.Length == 0 && !kind.DefaultsOnRead) return part;
        if (other.Length > 0 && kind.Conversion is { } convert)
        {
            var converted = await convert([.. other.Select(i => objects[i])], kind.ApiVersion, cancellation).ConfigureAwait(false);
            foreach (var (i, at) in other.Index()) objects[at] = converted[i];
        }
        return part with { Entries = [.. part.Entries.Select((e, i) => With(e, StoredObject.Bytes(Defaulted(kind, objects[i]))))] };
    }

    /// <summary>True if every object of the kind is served in the bytes in which it is stored.</summary>
    public static bool IsAsStored(ResourceDefinition kind) => kind.Conversion is null && !kind.DefaultsOnRead;

    static JsonObject Defaulted(ResourceDefinition kind, JsonObject obj)
    {
        if (kind.DefaultsOnRead) Defaulting.Default(obj, kind.Schema.Value);
        return obj;
    }

    static StoreEntry With(StoreEntry entry, ReadOnlyMemory<byte> json) => new(entry.Key, entry.Revision, entry.CreateRevision, json);
}
