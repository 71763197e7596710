using Fairlead.Server.Listen;

namespace Fairlead.Server.Responding;

/// <summary>The forms in which objects are served.</summary>
public enum Shape { Object, Table, PartialMetadata }

/// <summary>What the client's Accept header asks for.</summary>
public readonly record struct Representation(Shape Shape)
{
    /// <summary>The first form in the header that this server can give.</summary>
    /// <exception cref="Api.Errors.ApiException">NotAcceptable.</exception>
    public static Representation Of(ApiCall call)
    {
        if (string.IsNullOrWhiteSpace(call.Accept) || call.Accept == ApiAnswer.Json) return default;
        foreach (var part in call.Accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Read(part) is { } found) return found;
        }
        throw Refuse.NotAcceptable(ApiAnswer.Json, YamlAnswer.ContentType);
    }

    static Representation? Read(string part)
    {
        var fields = part.Split(';', StringSplitOptions.TrimEntries);
        if (fields[0] is not (ApiAnswer.Json or YamlAnswer.ContentType or "*/*" or "application/*")) return null;
        string? form = null, version = null, group = null;
        foreach (var field in fields.AsSpan(1))
        {
            if (field.StartsWith("as=", StringComparison.Ordinal)) form = field[3..];
            else if (field.StartsWith("v=", StringComparison.Ordinal)) version = field[2..];
            else if (field.StartsWith("g=", StringComparison.Ordinal)) group = field[2..];
        }
        return form switch
        {
            null => new(Shape.Object),
            "Table" when group == "meta.k8s.io" && version is "v1" or "v1beta1" => new(Shape.Table),
            "PartialObjectMetadata" or "PartialObjectMetadataList" when group == "meta.k8s.io" => new(Shape.PartialMetadata),
            _ => null,
        };
    }
}
