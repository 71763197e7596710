using Fairlead.Api.Protobuf;
using Fairlead.Json;
using static Fairlead.Api.OpenApi.GnosticMessage;

namespace Fairlead.Api.OpenApi;

/// <summary>
/// The document of /openapi/v2 as the message openapi.v2.Document, the only form that client-go reads: older kubectl
/// explains and validates by it, newer when they find no version 3. The numbers are
/// those of google/gnostic, openapiv2/OpenAPIv2.proto; messages that no document of ours holds (security, tags, form
/// parameters, headers) are left out.
/// </summary>
public static class OpenApiV2Protobuf
{
    /// <summary>What an answer says it is.</summary>
    public const string ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>What clients ask for. No legal media type for its @, so it is understood and never written.</summary>
    const string AskedFor = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    static readonly GnosticMessage Reference = new() { ["$ref"] = (1, Text), ["description"] = (2, Text) };

    static readonly GnosticMessage Schemas = new() { Entries = (1, SchemaField) };

    internal static readonly GnosticMessage Schema = new()
    {
        ["$ref"] = (1, Text),
        ["format"] = (2, Text),
        ["title"] = (3, Text),
        ["description"] = (4, Text),
        ["default"] = (5, Any),
        ["multipleOf"] = (6, Double),
        ["maximum"] = (7, Double),
        ["exclusiveMaximum"] = (8, Bool),
        ["minimum"] = (9, Double),
        ["exclusiveMinimum"] = (10, Bool),
        ["maxLength"] = (11, Integer),
        ["minLength"] = (12, Integer),
        ["pattern"] = (13, Text),
        ["maxItems"] = (14, Integer),
        ["minItems"] = (15, Integer),
        ["uniqueItems"] = (16, Bool),
        ["maxProperties"] = (17, Integer),
        ["minProperties"] = (18, Integer),
        ["required"] = (19, Each(Text)),
        ["enum"] = (20, Each(Any)),
        ["additionalProperties"] = (21, SchemaOrBool),
        ["type"] = (22, Wrapped(1, Each(Text))),
        ["items"] = (23, Wrapped(1, Each(SchemaField))),
        ["allOf"] = (24, Each(SchemaField)),
        ["properties"] = (25, Record(Schemas)),
        ["readOnly"] = (27, Bool),
        Extensions = 31,
    };

    internal static readonly GnosticMessage BodyParameter = new()
    {
        ["description"] = (1, Text),
        ["name"] = (2, Text),
        ["in"] = (3, Text),
        ["required"] = (4, Bool),
        ["schema"] = (5, SchemaField),
        Extensions = 6,
    };

    internal static readonly GnosticMessage PathParameter = Plain(5);

    /// <summary>Has allowEmptyValue where the others have type, so all that follows is one higher.</summary>
    internal static readonly GnosticMessage QueryParameter = Plain(6);

    internal static readonly GnosticMessage Response = new()
    {
        ["description"] = (1, Text),
        ["schema"] = (2, Wrapped(1, SchemaField)),
        Extensions = 5,
    };

    static readonly GnosticMessage Responses = new() { Entries = (1, ResponseOrReference), Extensions = 2 };

    internal static readonly GnosticMessage Operation = new()
    {
        ["tags"] = (1, Each(Text)),
        ["summary"] = (2, Text),
        ["description"] = (3, Text),
        ["operationId"] = (5, Text),
        ["produces"] = (6, Each(Text)),
        ["consumes"] = (7, Each(Text)),
        ["parameters"] = (8, Each(Parameter)),
        ["responses"] = (9, Record(Responses)),
        ["schemes"] = (10, Each(Text)),
        ["deprecated"] = (11, Bool),
        Extensions = 13,
    };

    internal static readonly GnosticMessage PathItem = new()
    {
        ["$ref"] = (1, Text),
        ["get"] = (2, Record(Operation)),
        ["put"] = (3, Record(Operation)),
        ["post"] = (4, Record(Operation)),
        ["delete"] = (5, Record(Operation)),
        ["options"] = (6, Record(Operation)),
        ["head"] = (7, Record(Operation)),
        ["patch"] = (8, Record(Operation)),
        ["parameters"] = (9, Each(Parameter)),
        Extensions = 10,
    };

    static readonly GnosticMessage Paths = new() { Extensions = 1, Entries = (2, Record(PathItem)) };

    static readonly GnosticMessage Info = new()
    {
        ["title"] = (1, Text),
        ["version"] = (2, Text),
        ["description"] = (3, Text),
        Extensions = 7,
    };

    static readonly GnosticMessage Document = new()
    {
        ["swagger"] = (1, Text),
        ["info"] = (2, Record(Info)),
        ["host"] = (3, Text),
        ["basePath"] = (4, Text),
        ["schemes"] = (5, Each(Text)),
        ["consumes"] = (6, Each(Text)),
        ["produces"] = (7, Each(Text)),
        ["paths"] = (8, Record(Paths)),
        ["definitions"] = (9, Record(Schemas)),
        Extensions = 16,
    };

    /// <summary>True if an Accept header asks for this form before JSON or anything at all.</summary>
    public static bool IsAccepted(string? accept)
    {
        foreach (var part in (accept ?? "").Split(','))
        {
            var type = part.Split(';')[0].Trim();
            if (type is ContentType or AskedFor) return true;
            if (type is "application/json" or "application/*" or "*/*") return false;
        }
        return false;
    }

    /// <summary>Encodes a document as <see cref="OpenApiV2.Document"/> makes it. It is not changed.</summary>
    /// <exception cref="ArgumentException">It has a key for which there is no field here.</exception>
    public static byte[] Encode(JsonObject document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var writer = new ProtoWriter();
        Document.Write(writer, document);
        return writer.ToArray();
    }

    /// <summary>A parameter outside the body.</summary>
    /// <param name="type">Number of the field type, after which the rest follow in one order.</param>
    static GnosticMessage Plain(int type) => new()
    {
        ["required"] = (1, Bool),
        ["in"] = (2, Text),
        ["description"] = (3, Text),
        ["name"] = (4, Text),
        ["type"] = (type, Text),
        ["format"] = (type + 1, Text),
        ["default"] = (type + 4, Any),
        ["uniqueItems"] = (type + 14, Bool),
        ["enum"] = (type + 15, Each(Any)),
        Extensions = type + 17,
    };

    /// <summary>A schema, which is in schemas again: a method, as the table can't name itself.</summary>
    static void SchemaField(ProtoWriter writer, int number, JsonNode value) => Record(Schema)(writer, number, value);

    static void SchemaOrBool(ProtoWriter writer, int number, JsonNode value) =>
        Wrapped(value is JsonObject ? 1 : 2, value is JsonObject ? SchemaField : Bool)(writer, number, value);

    static void ResponseOrReference(ProtoWriter writer, int number, JsonNode value) =>
        (value["$ref"] is null ? Wrapped(1, Record(Response)) : Wrapped(2, Record(Reference)))(writer, number, value);

    static void Parameter(ProtoWriter writer, int number, JsonNode value)
    {
        var form = (string?)value["in"] switch
        {
            _ when value["$ref"] is not null => Wrapped(2, Record(Reference)),
            "body" => Wrapped(1, Wrapped(1, Record(BodyParameter))),
            "header" => Other(1, PathParameter), // has the fields of a path parameter
            "query" => Other(3, QueryParameter),
            _ => Other(4, PathParameter),
        };
        form(writer, number, value);

        static GnosticForm Other(int place, GnosticMessage message) => Wrapped(1, Wrapped(2, Wrapped(place, Record(message))));
    }
}
