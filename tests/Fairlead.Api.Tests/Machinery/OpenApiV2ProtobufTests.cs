using System.Buffers.Binary;
using System.Text;
using Fairlead.Api.OpenApi;
using Fairlead.Api.Resources;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Machinery;

public class OpenApiV2ProtobufTests
{
    const string Small = """
        {
          "swagger": "2.0",
          "info": {"title": "Toys", "version": "v1"},
          "paths": {
            "x-note": "on paths",
            "/toys/{name}": {
              "patch": {
                "description": "change a toy", "operationId": "patchToy", "tags": ["toys_v1", "all"], "consumes": ["a/b"], "produces": ["c/d"],
                "parameters": [
                  {"name": "dryRun", "in": "query", "description": "try", "type": "string", "uniqueItems": true},
                  {"name": "body", "in": "body", "required": true, "schema": {"$ref": "#/definitions/t.Toy"}}
                ],
                "responses": {"200": {"description": "OK", "schema": {"type": "string"}}, "401": {"description": "Unauthorized"}},
                "x-kubernetes-action": "patch",
                "x-kubernetes-group-version-kind": {"group": "toys", "kind": "Toy", "version": "v1"}
              },
              "parameters": [{"name": "name", "in": "path", "required": true, "type": "string", "uniqueItems": true}, {"$ref": "#/parameters/pretty"}]
            }
          },
          "definitions": {
            "t.Toy": {
              "description": "A toy \u00e9.", "type": "object", "required": ["name", "parts"],
              "properties": {
                "name": {"type": "string", "enum": ["a", "b"], "default": "a"},
                "parts": {"type": "array", "items": {"$ref": "#/definitions/t.Part"}, "x-kubernetes-list-map-keys": ["name"]},
                "labels": {"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
                "free": {"type": "object", "additionalProperties": false},
                "x-odd": {"type": "integer", "minimum": 0.5, "maxLength": 300}
              }
            },
            "t.Part": {"type": "object"}
          }
        }
        """;

    /// <summary>A path of field numbers, and all that lies at its end.</summary>
    public static TheoryData<string, string, string[]> Places => new()
    {
        { "version", "1", ["2.0"] },
        { "info", "2/2", ["v1"] },
        { "definitions by name", "9/1/1", ["t.Toy", "t.Part"] },
        { "description", "9/1/2/4", ["A toy é."] },
        { "type", "9/1/2/22/1", ["object", "object"] },
        { "required", "9/1/2/19", ["name", "parts"] },
        { "properties by name, also one with x-", "9/1/2/25/1/1", ["name", "parts", "labels", "free", "x-odd"] },
        { "enum", "9/1/2/25/1/2/20/2", ["\"a\"", "\"b\""] },
        { "default", "9/1/2/25/1/2/5/2", ["\"a\""] },
        { "reference in items", "9/1/2/25/1/2/23/1/1", ["#/definitions/t.Part"] },
        { "entries of a map", "9/1/2/25/1/2/21/1/2", ["byte"] },
        { "no entries in a map", "9/1/2/25/1/2/21/2", ["0"] },
        { "fraction", "9/1/2/25/1/2/9", ["0.5"] },
        { "number of two bytes", "9/1/2/25/1/2/11", ["300"] },
        { "extension's name", "9/1/2/25/1/2/31/1", ["x-kubernetes-list-map-keys"] },
        { "extension's value", "9/1/2/25/1/2/31/2/2", ["[\"name\"]"] },
        { "path", "8/2/1", ["/toys/{name}"] },
        { "extension beside paths", "8/1/2/2", ["\"on paths\""] },
        { "operation", "8/2/2/8/3", ["change a toy"] },
        { "tags", "8/2/2/8/1", ["toys_v1", "all"] },
        { "operation's extensions", "8/2/2/8/13/2/2", ["\"patch\"", "{\"group\":\"toys\",\"kind\":\"Toy\",\"version\":\"v1\"}"] },
        { "query parameter's name", "8/2/2/8/8/1/2/3/4", ["dryRun"] },
        { "query parameter's type", "8/2/2/8/8/1/2/3/6", ["string"] },
        { "query parameter is unique", "8/2/2/8/8/1/2/3/20", ["1"] },
        { "path parameter's type", "8/2/2/9/1/2/4/5", ["string"] },
        { "path parameter is unique", "8/2/2/9/1/2/4/19", ["1"] },
        { "referred parameter", "8/2/2/9/2/1", ["#/parameters/pretty"] },
        { "body", "8/2/2/8/8/1/1/5/1", ["#/definitions/t.Toy"] },
        { "responses by code", "8/2/2/8/9/1/1", ["200", "401"] },
        { "answer's schema", "8/2/2/8/9/1/2/1/2/1/22/1", ["string"] },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void Everything_has_its_place(string name, string path, string[] expected)
    {
        IEnumerable<Value> values = [new(2, OpenApiV2Protobuf.Encode(JsonNode.Parse(Small)!.AsObject()))];
        foreach (var step in path.Split('/')) values = values.SelectMany(v => Read(v.Bytes).Where(f => f.Number == int.Parse(step)).Select(f => f.Value));
        Assert.True(expected.SequenceEqual(values.Select(v => v.ToString())), $"{name}: {string.Join(" | ", values)}");
    }

    [Fact]
    public void The_document_of_all_kinds_loses_nothing()
    {
        var document = OpenApiV2.Document(BuiltInResources.All, "v1.33.0");
        var fields = Read(OpenApiV2Protobuf.Encode(document)).ToDictionary(f => f.Number, f => f.Value.Bytes);
        Assert.Equal(document["paths"]!.AsObject().Select(p => p.Key), Names(fields[8], 2));
        Assert.Equal(document["definitions"]!.AsObject().Select(d => d.Key), Names(fields[9], 1));

        static IEnumerable<string> Names(byte[] map, int number) => Read(map).Where(f => f.Number == number).Select(f => Read(f.Value.Bytes).First().Value.ToString());
    }

    [Fact]
    public void A_key_without_a_field_is_refused() =>
        Assert.Contains("colour", Assert.Throws<ArgumentException>(() => OpenApiV2Protobuf.Encode(new() { ["info"] = new JsonObject { ["colour"] = "red" } })).Message);

    [Theory]
    [InlineData("application/com.github.proto-openapi.spec.v2@v1.0+protobuf", true)]
    [InlineData("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", true)]
    [InlineData("application/com.github.proto-openapi.spec.v2@v1.0+protobuf;q=1, application/json", true)]
    [InlineData("application/json, application/com.github.proto-openapi.spec.v2@v1.0+protobuf", false)]
    [InlineData("*/*", false)]
    [InlineData(null, false)]
    public void The_first_that_is_served_is_chosen(string? accept, bool expected) => Assert.Equal(expected, OpenApiV2Protobuf.IsAccepted(accept));

    /// <summary>The content of a field, of any wire type.</summary>
    sealed record Value(int WireType, byte[] Bytes)
    {
        public override string ToString() => WireType switch
        {
            0 => Varint(Bytes, out _).ToString(),
            1 => BinaryPrimitives.ReadDoubleLittleEndian(Bytes).ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => Encoding.UTF8.GetString(Bytes),
        };
    }

    /// <summary>The fields of a message.</summary>
    static IEnumerable<(int Number, Value Value)> Read(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = (int)Varint(message.AsSpan(at), out var used);
            at += used;
            var size = 8;
            if ((tag & 7) == 0) Varint(message.AsSpan(at), out size);
            else if ((tag & 7) == 2)
            {
                size = (int)Varint(message.AsSpan(at), out used);
                at += used;
            }
            yield return (tag >> 3, new(tag & 7, message[at..(at + size)]));
            at += size;
        }
    }

    static ulong Varint(ReadOnlySpan<byte> bytes, out int used)
    {
        var value = 0UL;
        for (used = 0; ; used++)
        {
            value |= (ulong)(bytes[used] & 0x7F) << (7 * used);
            if (bytes[used] < 0x80) break;
        }
        used++;
        return value;
    }
}
