using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Json;

namespace Fairlead.Api.CustomResources;

/// <summary>What is fixed for the objects of every custom kind, and the rules in CEL of its schema.</summary>
sealed class CustomObjectRules(bool hasStatus, SchemaNode schema) : ResourceRules
{
    public override void PrepareForCreate(JsonObject obj)
    {
        if (hasStatus) obj.Remove("status");
    }

    public override void ValidateCreate(JsonObject obj, FieldErrors errors) => SchemaRuleWalk.Validate(obj, null, schema, errors);

    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => SchemaRuleWalk.Validate(obj, old, schema, errors);

    public override void ValidateStatus(JsonObject obj, JsonObject old, FieldErrors errors) => SchemaRuleWalk.Validate(obj, old, schema, errors);
}
