using Fairlead.Api.Errors;
using Fairlead.Api.FlowControl;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A level says either how it is limited or that it is not, and the two levels that the server relies on keep their limits.</summary>
sealed class PriorityLevelConfigurationRules : ResourceRules
{
    const int MostQueues = 10_000_000;

    /// <summary>Most bits of randomness that dealing a hand may take, as upstream's one hash gives.</summary>
    const double MostEntropy = 60;

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject();

    public override void Default(JsonObject obj)
    {
        if (obj.At("spec") is not JsonObject spec) return;
        if (spec.Text("type") == "Exempt")
        {
            var exempt = spec.Make("exempt");
            exempt.SetDefault("nominalConcurrencyShares", 0);
            exempt.SetDefault("lendablePercent", 0);
        }
        if (spec["limited"] is not JsonObject limited) return;
        limited.SetDefault("nominalConcurrencyShares", 30);
        limited.SetDefault("lendablePercent", 0);
        if (limited.At("limitResponse.queuing") is not JsonObject queuing) return;
        foreach (var (field, value) in ((string, int)[])[("queues", 64), ("handSize", 8), ("queueLengthLimit", 50)])
            if ((queuing.Number(field) ?? 0) == 0) queuing[field] = value;
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var (name, type) = (obj.Text("metadata.name"), obj.Text("spec.type"));
        var (limited, exempt) = (obj.At("spec.limited") as JsonObject, obj.At("spec.exempt") as JsonObject);
        switch (type)
        {
            case "Exempt":
                if (limited is not null) errors.Forbidden("spec.limited", "must be nil if the type is not Limited");
                break;
            case "Limited":
                if (exempt is not null) errors.Forbidden("spec.exempt", "must be nil if the type is Limited");
                if (limited is null) errors.Required("spec.limited", "must not be empty when type is Limited");
                break;
            default:
                errors.NotSupported("spec.type", type, ["Exempt", "Limited"]);
                break;
        }
        if (exempt is not null) Shares(exempt, "spec.exempt", errors);
        if (limited is not null) Validate(limited, errors);
        if (FirstFlowControl.MandatoryLevel(name) is not { } fixedSpec) return;
        if (name == "exempt" ? type != "Exempt" : !JsonNode.DeepEquals(Compared(obj), fixedSpec))
            errors.Invalid("spec", Shown.Json(obj.At("spec")), $"spec of '{name}' except the 'spec.{(name == "exempt" ? "exempt" : "limited")}' field must equal the fixed value");
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors) => FlowConditions.Validate(obj, errors);

    // The shares of the mandatory level may be chosen; what becomes of its requests may not.
    static JsonObject Compared(JsonObject obj)
    {
        var spec = obj.At("spec") is JsonObject found ? (JsonObject)found.DeepClone() : [];
        if (spec["limited"] is JsonObject limited)
        {
            limited["nominalConcurrencyShares"] = FirstFlowControl.CatchAllShares;
            limited["lendablePercent"] = 0;
            limited.Remove("borrowingLimitPercent");
        }
        return spec;
    }

    static void Shares(JsonObject part, string path, FieldErrors errors)
    {
        if (part.Number("nominalConcurrencyShares") is < 0 and var shares) errors.Invalid(path + ".nominalConcurrencyShares", shares, "must be a non-negative integer");
        if (part.Number("lendablePercent") is (< 0 or > 100) and var percent) errors.Invalid(path + ".lendablePercent", percent, "must be between 0 and 100, inclusive");
    }

    static void Validate(JsonObject limited, FieldErrors errors)
    {
        Shares(limited, "spec.limited", errors);
        if (limited.Number("borrowingLimitPercent") is < 0 and var borrowed) errors.Invalid("spec.limited.borrowingLimitPercent", borrowed, "if specified, must be a non-negative integer");
        const string path = "spec.limited.limitResponse";
        var queuing = limited.At("limitResponse.queuing");
        switch (limited.Text("limitResponse.type"))
        {
            case "Reject":
                if (queuing is not null) errors.Forbidden(path + ".queuing", "must be nil if limited.limitResponse.type is not Limited");
                break;
            case "Queue":
                if (queuing is JsonObject found) ValidateQueuing(found, path + ".queuing", errors);
                else errors.Required(path + ".queuing", "must not be empty if limited.limitResponse.type is Limited");
                break;
            case var other:
                errors.NotSupported(path + ".type", other, ["Queue", "Reject"]);
                break;
        }
    }

    static void ValidateQueuing(JsonObject queuing, string path, FieldErrors errors)
    {
        var (queues, hand, length) = (queuing.Number("queues") ?? 0, queuing.Number("handSize") ?? 0, queuing.Number("queueLengthLimit") ?? 0);
        if (length <= 0) errors.Invalid(path + ".queueLengthLimit", length, "must be positive");
        if (queues <= 0) errors.Invalid(path + ".queues", queues, "must be positive");
        else if (queues > MostQueues) errors.Invalid(path + ".queues", queues, $"must not be greater than {MostQueues}");
        if (hand <= 0) errors.Invalid(path + ".handSize", hand, "must be positive");
        else if (queues > 0 && hand > queues) errors.Invalid(path + ".handSize", hand, $"should not be greater than queues ({queues})");
        else if (queues > 0 && Entropy(queues, hand) is > MostEntropy and var bits)
            errors.Invalid(path + ".handSize", hand, $"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {MostEntropy} (it is {bits:F0})");
    }

    static double Entropy(long queues, long hand)
    {
        var bits = 0.0;
        for (var dealt = 0; dealt < hand && bits <= MostEntropy; dealt++) bits += Math.Log2(queues - dealt);
        return bits;
    }
}
