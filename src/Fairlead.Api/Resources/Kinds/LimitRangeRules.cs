using Fairlead.Api.Errors;
using Fairlead.Api.Meta.V1;
using Fairlead.Api.Resources.Pods;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Least, defaults and most of each resource are in that order.</summary>
sealed class LimitRangeRules : ResourceRules
{
    static readonly string[] Maps = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];

    public override void Default(JsonObject obj)
    {
        foreach (var item in obj.Objects("spec.limits"))
        {
            foreach (var map in Maps) ResourceRequirementRules.Canonicalise(item[map]);
            if (item.Text("type") != "Container") continue;
            // A bound serves as the default that is not stated: most for limits, then limits for requests, then least.
            Fill(item, "default", "max");
            Fill(item, "defaultRequest", "default");
            Fill(item, "defaultRequest", "min");
        }
    }

    static void Fill(JsonObject item, string map, string from)
    {
        if (item[from] is not JsonObject source) return;
        var target = item.Make(map);
        foreach (var (name, amount) in source)
            if (!target.ContainsKey(name)) target[name] = amount?.DeepClone();
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var types = new HashSet<string>();
        foreach (var (i, item) in obj.Each("spec.limits"))
        {
            var (path, type) = ($"spec.limits[{i}]", item.Text("type"));
            if (NameSyntax.QualifiedName(type) is { } wrong) errors.Invalid(path + ".type", type, wrong);
            else if (!type.Contains('/', StringComparison.Ordinal) && type is not ("Pod" or "Container" or "PersistentVolumeClaim"))
                errors.Invalid(path + ".type", type, "must be a standard limit type or fully qualified");
            if (!types.Add(type)) errors.Duplicate(path + ".type", type);
            if (type == "Pod")
                foreach (var map in (string[])["default", "defaultRequest"])
                    if (item[map] is JsonObject { Count: > 0 }) errors.Forbidden($"{path}.{map}", "may not be specified when `type` is 'Pod'");
            if (type == "PersistentVolumeClaim" && item.At("min.storage") is null && item.At("max.storage") is null)
                errors.Required(path + ".limits", "either minimum or maximum storage value is required, but neither was provided");
            Order(item, path, errors);
        }
    }

    static void Order(JsonObject item, string path, FieldErrors errors)
    {
        foreach (var name in Maps.SelectMany(m => item[m] as JsonObject ?? []).Select(p => p.Key).Distinct())
        {
            Quantity? Of(string map) => (item[map] as JsonObject)?[name] is { } node && Quantity.TryParse(node.AsText() ?? node.ToJsonString(), out var amount) ? amount : null;
            var (max, min, limit, request, ratio) = (Of("max"), Of("min"), Of("default"), Of("defaultRequest"), Of("maxLimitRequestRatio"));
            Compare(min, max, $"{path}.min[{name}]", min, "min value", "max value");
            Compare(min, request, $"{path}.defaultRequest[{name}]", request, "min value", "default request value");
            Compare(request, max, $"{path}.defaultRequest[{name}]", request, "default request value", "max value");
            Compare(request, limit, $"{path}.defaultRequest[{name}]", request, "default request value", "default limit value");
            Compare(min, limit, $"{path}.default[{name}]", limit, "min value", "default value");
            Compare(limit, max, $"{path}.default[{name}]", limit, "default value", "max value");
            if (ratio?.MilliValue < 1000) errors.Invalid($"{path}.maxLimitRequestRatio[{name}]", ratio.ToString(), $"ratio {ratio} is less than 1");
        }

        void Compare(Quantity? small, Quantity? large, string at, Quantity? shown, string smallName, string largeName)
        {
            if (small is { } s && large is { } l && s > l) errors.Invalid(at, shown.ToString(), $"{smallName} {s} is greater than {largeName} {l}");
        }
    }
}
