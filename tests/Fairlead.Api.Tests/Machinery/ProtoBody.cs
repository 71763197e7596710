using Fairlead.Api.Protobuf;

namespace Fairlead.Api.Tests.Machinery;

/// <summary>Writes bodies by hand, as a client's generated code would.</summary>
static class ProtoBody
{
    /// <summary>Magic, and the envelope around the message.</summary>
    public static byte[] Of(string apiVersion, string kind, Action<ProtoWriter> fill) =>
    [
        .. "k8s\0"u8,
        .. new ProtoWriter().Message(1, m => m.Text(1, apiVersion).Text(2, kind)).Message(2, fill).Text(3, "").Text(4, "").ToArray(),
    ];

    /// <summary>An entry of a map from strings to strings.</summary>
    public static ProtoWriter Entry(this ProtoWriter writer, int field, string key, string value) =>
        writer.Message(field, m => m.Text(1, key).Text(2, value));
}
