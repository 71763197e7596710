using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fairlead.Json;

namespace Fairlead.Api.Json;

/// <summary>
/// The wire format: camel-case names, absent fields left out, no escaping beyond JSON's own. Every kind's type
/// information is generated at build by the contexts in <see cref="Contexts"/>.
/// </summary>
public static class ApiJson
{
    /// <summary>The generated contexts, one for each API group that has records. A new group adds its line here.</summary>
    static readonly IJsonTypeInfoResolver[] Contexts =
    [
        MetaJsonContext.Default,
        CoreJsonContext.Default,
        AppsJsonContext.Default,
        AutoscalingJsonContext.Default,
        AutoscalingV2JsonContext.Default,
        BatchJsonContext.Default,
        StorageJsonContext.Default,
        NodeJsonContext.Default,
        SchedulingJsonContext.Default,
        CorePodJsonContext.Default,
        DiscoveryJsonContext.Default,
        CoordinationJsonContext.Default,
        EventsJsonContext.Default,
        AuthenticationJsonContext.Default,
        PolicyJsonContext.Default,
        NetworkingJsonContext.Default,
        ApiExtensionsJsonContext.Default,
        ApiRegistrationJsonContext.Default,
        RbacJsonContext.Default,
        FlowControlJsonContext.Default,
        AuthorizationJsonContext.Default,
        CertificatesJsonContext.Default,
        AdmissionRegistrationJsonContext.Default,
        LegacyJsonContext.Default,
    ];

    /// <summary>Options with every record's generated type information.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Info<T>());

    /// <exception cref="JsonException">The text is not JSON, or a field has the wrong type.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, Info<T>()) ?? throw new JsonException("null is not an object");

    public static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = JsonTypeInfoResolver.Combine(Contexts),
            Converters = { new TimeConverter() },
            // What the server takes its components can read.
            MaxDepth = JsonTree.MaxDepth,
        };
        options.MakeReadOnly();
        return options;
    }
}
