using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Kinds;

/// <summary>Takes an object through the stages of a write, as a server does.</summary>
static class Checked
{
    public static ResourceDefinition Kind(string kind) => BuiltInResources.All.First(d => d.Kind == kind);

    public static JsonObject Parse(string json) => JsonTree.ParseObject(Encoding.UTF8.GetBytes(json));

    public static JsonObject Defaulted(string kind, string json)
    {
        var obj = Parse(json);
        Defaulting.Default(obj, Kind(kind).Schema.Value);
        Kind(kind).Rules.Default(obj);
        return obj;
    }

    public static IReadOnlyList<string> Create(string kind, string json)
    {
        var errors = new FieldErrors();
        var obj = Parse(json);
        Kind(kind).Rules.PrepareForCreate(obj);
        Defaulting.Default(obj, Kind(kind).Schema.Value);
        Kind(kind).Rules.Default(obj);
        Kind(kind).Rules.ValidateCreate(obj, errors);
        return Shown(errors);
    }

    public static IReadOnlyList<string> Update(string kind, string old, string json)
    {
        var errors = new FieldErrors();
        var (before, now) = (Defaulted(kind, old), Parse(json));
        Kind(kind).Rules.PrepareForUpdate(now, before);
        Defaulting.Default(now, Kind(kind).Schema.Value);
        Kind(kind).Rules.Default(now);
        Kind(kind).Rules.ValidateUpdate(now, before, errors);
        return Shown(errors);
    }

    public static IReadOnlyList<string> Shown(FieldErrors errors) => [.. errors.All.Select(e => $"{e.Path}: {e.Message}")];
}
