using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>A lease lasts some time and changes hands a countable number of times.</summary>
sealed class LeaseRules : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Number("spec.leaseDurationSeconds") is <= 0 and var duration)
            errors.Invalid("spec.leaseDurationSeconds", duration, "must be greater than 0");
        if (obj.Number("spec.leaseTransitions") is < 0 and var transitions)
            errors.Invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0");
        if (obj.At("spec.preferredHolder") is not null && obj.Text("spec.preferredHolder").Length > 0 && obj.Text("spec.strategy").Length == 0)
            errors.Forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined");
    }
}
