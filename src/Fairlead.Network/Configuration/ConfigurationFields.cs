using System.Collections.Immutable;
using System.Text.Json;
using Fairlead.Json;
using Fairlead.Network.Addresses;

namespace Fairlead.Network.Configuration;

/// <summary>One object of a configuration: reads its fields, and notes what is wrong with them and which nobody asked for.</summary>
sealed class ConfigurationFields(JsonObject source, string path, List<string> errors)
{
    readonly HashSet<string> known = [];

    /// <summary>The object in a field; an empty one if it is absent.</summary>
    public ConfigurationFields Object(string name)
    {
        var node = Take(name);
        if (node is not null and not JsonObject) Wrong(name, "must be an object");
        return new(node as JsonObject ?? [], Path(name), errors);
    }

    public string Text(string name, string absent)
    {
        if (Take(name) is not { } node) return absent;
        if (node.GetValueKind() == JsonValueKind.String) return node.GetValue<string>();
        Wrong(name, "must be a string");
        return absent;
    }

    public bool Flag(string name, bool absent)
    {
        if (Take(name) is not { } node) return absent;
        if (node.GetValueKind() is JsonValueKind.True or JsonValueKind.False) return node.GetValue<bool>();
        Wrong(name, "must be true or false");
        return absent;
    }

    public long Number(string name, long absent)
    {
        if (Take(name) is not { } node) return absent;
        if (node is JsonValue value && value.TryGetValue(out long number)) return number;
        Wrong(name, "must be a whole number");
        return absent;
    }

    /// <summary>A duration such as 1m30s (Go's time.ParseDuration); zero if it is absent.</summary>
    public TimeSpan Duration(string name)
    {
        var text = Text(name, "0s");
        if (GoDuration.TryParse(text, out var duration) && duration >= TimeSpan.Zero) return duration;
        Wrong(name, $"\"{text}\" is no duration such as 30s or 15m");
        return TimeSpan.Zero;
    }

    public ImmutableArray<string> Texts(string name)
    {
        if (Take(name) is not { } node) return [];
        if (node is JsonArray list && list.All(e => e?.GetValueKind() == JsonValueKind.String)) return [.. list.Select(e => e!.GetValue<string>())];
        Wrong(name, "must be a list of strings");
        return [];
    }

    public ImmutableArray<AddressRange> Ranges(string name) => [.. Texts(name).Select(text =>
    {
        if (!AddressRange.TryParse(text, out var range)) Wrong(name, $"\"{text}\" is no address range such as 192.0.2.0/24");
        return range;
    })];

    /// <summary>Fields that KubeProxyConfiguration has and that change nothing here.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) known.Add(name);
    }

    /// <summary>Notes every field that was neither read nor ignored.</summary>
    public void End()
    {
        foreach (var (name, _) in source)
        {
            if (!known.Contains(name)) errors.Add($"unknown field \"{Path(name)}\"");
        }
    }

    public void Wrong(string name, string why) => errors.Add($"{Path(name)}: {why}");

    JsonNode? Take(string name)
    {
        known.Add(name);
        return source[name];
    }

    string Path(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
