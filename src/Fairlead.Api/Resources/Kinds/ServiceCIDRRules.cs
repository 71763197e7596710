using System.Net;
using System.Net.Sockets;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>One range or one of each family. What is there stays; a range of the other family may come.</summary>
sealed class ServiceCIDRRules : ResourceRules
{
    const string Path = "spec.cidrs";

    public override void PrepareForCreate(JsonObject obj) => obj.Remove("status");

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var ranges = obj.Texts(Path);
        if (ranges.Count == 0)
        {
            errors.Required(Path, "at least one CIDR required");
            return;
        }
        if (ranges.Count > 2)
        {
            Invalid(Path, obj, "may only hold up to 2 values", errors);
            return;
        }
        if (ranges.Count == 2 && !(Family(ranges[0]) is { } first && Family(ranges[1]) is { } second && first != second))
        {
            Invalid(Path, obj, "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64", errors);
            return;
        }
        for (var i = 0; i < ranges.Count; i++) ValidateRange(ranges[i], $"{Path}[{i}]", errors);
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        var (now, before) = (obj.Texts(Path), old.Texts(Path));
        // A range of the other family may be added (kubernetes/kubernetes issue 131261).
        if (now.Count != before.Count && !(before.Count == 1 && now.Count == 2))
        {
            Invalid(Path, obj, "field is immutable", errors);
            return;
        }
        for (var i = 0; i < before.Count; i++)
            if (now[i] != before[i]) errors.Invalid($"{Path}[{i}]", now[i], "field is immutable");
        if (!errors.Any) ValidateCreate(obj, errors);
    }

    static void ValidateRange(string text, string path, FieldErrors errors)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || IPText.Parse(text[..slash]) is not { } address || !int.TryParse(text.AsSpan(slash + 1), out var length) || length < 0
            || length > address.GetAddressBytes().Length * 8)
        {
            errors.Invalid(path, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            return;
        }
        var canonical = $"{IPText.Canonical(IPText.Masked(address, length))}/{length}";
        if (canonical != text) errors.Invalid(path, text, $"must be in canonical form (\"{canonical}\")");
    }

    static AddressFamily? Family(string range) => IPNetwork.TryParse(range, out var network) ? network.BaseAddress.AddressFamily : null;

    static void Invalid(string path, JsonObject obj, string detail, FieldErrors errors) =>
        errors.Add(FieldErrorType.FieldValueInvalid, path, $"Invalid value: {obj.At(path)?.ToJsonString() ?? "null"}: {detail}");
}
