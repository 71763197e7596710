using System.Globalization;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>Rules of the kind Deployment beyond its schema.</summary>
sealed class DeploymentRules : ResourceRules
{
    const string Rolling = "spec.strategy.rollingUpdate";

    public override void Default(JsonObject obj)
    {
        var spec = obj.Make("spec");
        WorkloadRules.Default(spec);
        var strategy = spec.Make("strategy");
        strategy.SetDefault("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.Make("rollingUpdate");
            rolling.SetDefault("maxUnavailable", "25%");
            rolling.SetDefault("maxSurge", "25%");
        }
        spec.SetDefault("revisionHistoryLimit", 10);
        spec.SetDefault("progressDeadlineSeconds", 600);
        obj.Make("status");
    }

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject();

    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        WorkloadRules.Validate(obj, errors);
        ValidateStrategy(obj, errors);
        if (obj.Number("spec.progressDeadlineSeconds") is not { } deadline) return;
        if (deadline < 0) errors.Invalid("spec.progressDeadlineSeconds", deadline, "must be greater than or equal to 0");
        if (deadline <= (obj.Number("spec.minReadySeconds") ?? 0))
            errors.Invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        WorkloadRules.ValidateUpdate(obj, old, errors);
        ValidateCreate(obj, errors);
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        WorkloadRules.ValidateStatus(obj, errors, "replicas", "updatedReplicas", "readyReplicas", "availableReplicas");
        if ((obj.Number("status.collisionCount") ?? 0) < (old.Number("status.collisionCount") ?? 0))
            errors.Invalid("status.collisionCount", obj.Number("status.collisionCount"), "cannot be decremented");
    }

    static void ValidateStrategy(JsonObject obj, FieldErrors errors)
    {
        if (obj.Text("spec.strategy.type") == "Recreate")
        {
            if (obj.At(Rolling) is not null) errors.Forbidden(Rolling, "may not be specified when strategy `type` is 'Recreate'");
            return;
        }
        var unavailable = Amount(obj, "maxUnavailable", errors);
        var surge = Amount(obj, "maxSurge", errors);
        if (unavailable == 0 && surge == 0)
            errors.Add(FieldErrorType.FieldValueInvalid, Rolling + ".maxUnavailable",
                $"Invalid value: {obj.At(Rolling + ".maxUnavailable")?.ToJsonString()}: may not be 0 when `maxSurge` is 0");
        if (unavailable > 100 && obj.Text(Rolling + ".maxUnavailable").Length > 0)
            errors.Invalid(Rolling + ".maxUnavailable", obj.Text(Rolling + ".maxUnavailable"), "must not be greater than 100%");
    }

    /// <summary>The number, be it of Pods or of percent; null if it is neither.</summary>
    static long? Amount(JsonObject obj, string field, FieldErrors errors)
    {
        var path = $"{Rolling}.{field}";
        if (obj.Number(path) is { } number)
        {
            if (number < 0) errors.Invalid(path, number, "must be greater than or equal to 0");
            return number;
        }
        var text = obj.Text(path);
        if (text.EndsWith('%') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)) return percent;
        if (obj.At(path) is not null)
            errors.Invalid(path, text, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        return null;
    }
}
