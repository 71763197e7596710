using System.Reflection;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.Protobuf;

/// <summary>
/// Kubernetes' protobuf form of an object: four bytes of magic, then an envelope that names the kind and holds the
/// object's message. It is read into the tree that the same object would give as JSON, so that all that follows is
/// the same whatever a client writes. Source: apimachinery, pkg/runtime, message Unknown.
/// </summary>
public static class KubernetesProtobuf
{
    public const string ContentType = "application/vnd.kubernetes.protobuf";

    static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>Reads a body as the protobuf form of a record.</summary>
    /// <param name="body">The whole body, with magic and envelope.</param>
    /// <param name="record">A record whose properties have [Proto].</param>
    /// <param name="unknown">Receives <c>unknown field "spec.#99"</c> for each field with a number that the record lacks and a value that says something.</param>
    /// <returns>The object, without the fields that were not set; apiVersion and kind as the envelope gives them.</returns>
    /// <exception cref="MalformedInputException">Not protobuf, nested too deeply, or of another kind than the record's.</exception>
    public static JsonObject Decode(ReadOnlySpan<byte> body, Type record, ICollection<string>? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (!body.StartsWith(Magic)) throw new MalformedInputException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]", 0);
        var obj = new JsonObject();
        ReadOnlySpan<byte> raw = [];
        var reader = new ProtoReader(body[Magic.Length..]);
        while (reader.Next(out var number))
        {
            if (number == 1) TypeMeta(reader.BytesField(), obj);
            else if (number == 2) raw = reader.BytesField();
            else reader.Skip(); // contentEncoding and contentType say nothing of objects
        }
        CheckKind(obj, record);
        new ProtoDecoder(unknown).Message(raw, ProtoMessage.Of(record), obj);
        return obj;
    }

    static void TypeMeta(ReadOnlySpan<byte> message, JsonObject obj)
    {
        var reader = new ProtoReader(message);
        while (reader.Next(out var number))
        {
            if (number is 1 or 2 && reader.TextField() is { Length: > 0 } text) obj[number == 1 ? "apiVersion" : "kind"] = text;
            else if (number > 2) reader.Skip();
        }
    }

    /// <summary>Another kind's numbers would be taken for this kind's.</summary>
    static void CheckKind(JsonObject obj, Type record)
    {
        var expected = record.GetCustomAttribute<KindAttribute>()?.Name ?? record.Name;
        if (obj["kind"] is { } kind && (string?)kind != expected)
        {
            throw new MalformedInputException($"{kind} in version \"{obj["apiVersion"]}\" cannot be handled as a {expected}");
        }
    }
}
