using System.Text.Json;

namespace Fairlead.Server.Authorization.Nodes;

/// <summary>
/// As much of a stored Pod as tells whether what it refers to can have changed: that is settled with its uid, but for
/// ephemeral containers. Read without making objects: most writes of a Pod are of its status.
/// </summary>
readonly ref struct PodGlance
{
    /// <summary>Null if the JSON has none where it belongs.</summary>
    public string? Uid { get; private init; }

    public bool HasEphemeralContainers { get; private init; }

    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static PodGlance At(ReadOnlySpan<byte> pod)
    {
        var reader = new Utf8JsonReader(pod);
        string? uid = null;
        var ephemeral = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8)) uid = Uids(ref reader);
            else if (reader.ValueTextEquals("spec"u8)) ephemeral = Ephemeral(ref reader);
            else reader.Skip();
        }
        return new() { Uid = uid, HasEphemeralContainers = ephemeral };
    }

    static string? Uids(ref Utf8JsonReader reader)
    {
        string? uid = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("uid"u8);
            reader.Read();
            if (found && reader.TokenType == JsonTokenType.String) uid = reader.GetString();
            else reader.Skip();
        }
        return uid;
    }

    static bool Ephemeral(ref Utf8JsonReader reader)
    {
        var any = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            any |= reader.ValueTextEquals("ephemeralContainers"u8);
            reader.Skip();
        }
        return any;
    }
}
