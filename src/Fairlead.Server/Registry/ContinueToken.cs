using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Fairlead.Json;

namespace Fairlead.Server.Registry;

/// <summary>Where the next part of a limited list begins, and at which revision the list is read. Opaque to clients.</summary>
/// <param name="Revision">-1: whatever is the latest when it is used; what was read before was of an older one.</param>
public sealed record ContinueToken(long Revision, string After)
{
    /// <summary>For who would rather have the rest of a list as it is now than begin anew.</summary>
    public static ContinueToken Inconsistent(string after) => new(-1, after);

    /// <summary>The revision to ask the store for.</summary>
    public long ReadAt => Math.Max(Revision, 0);

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = Revision, ["start"] = After }.ToJsonString()));

    /// <summary>Null if the text is no token of ours.</summary>
    public static ContinueToken? Parse(string text)
    {
        try
        {
            var json = JsonNode.Parse(Base64Url.DecodeFromChars(text.TrimEnd('='))) as JsonObject;
            return json.Text("start") is { } after && json.Number("rv") is { } revision and (> 0 or -1) ? new(revision, after) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException) { return null; }
    }
}
