using Fairlead.Api.Errors;
using Fairlead.Api.Resources;
using Fairlead.Api.Schema;
using Fairlead.Json;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Registry;

/// <summary>The defaulting and validating stages, the same for every kind: structure first, then the kind's own rules.</summary>
public static class ObjectChecks
{
    public static void Default(ResourceDefinition kind, JsonObject obj)
    {
        Defaulting.Default(obj, kind.Schema.Value);
        kind.Rules.Default(obj);
    }

    /// <exception cref="ApiException">Invalid, with everything that is wrong.</exception>
    public static void ValidateNew(ResourceDefinition kind, JsonObject obj)
    {
        var errors = new FieldErrors();
        MetadataRules.Validate(kind, obj, errors);
        StructuralValidation.Validate(obj, kind.Schema.Value, errors);
        if (!errors.Any) kind.Rules.ValidateCreate(obj, errors);
        ThrowIfAny(kind, obj, errors);
    }

    /// <exception cref="ApiException">Invalid, with everything that is wrong.</exception>
    public static void ValidateChanged(ResourceDefinition kind, JsonObject obj, JsonObject old, ChangeScope scope)
    {
        var errors = new FieldErrors();
        MetadataRules.ValidateUpdate(kind, obj, old, errors);
        StructuralValidation.Validate(obj, kind.Schema.Value, errors);
        if (!errors.Any && scope == ChangeScope.Status) kind.Rules.ValidateStatus(obj, old, errors);
        // What a subresource with rules of its own changes, the rules of a plain update forbid (spec.nodeName).
        if (!errors.Any && scope == ChangeScope.Object)
        {
            kind.Rules.ValidateUpdate(obj, old, errors);
            if (!errors.Any) StructuralValidation.ValidateImmutable(obj, old, kind.Schema.Value, errors);
        }
        ThrowIfAny(kind, obj, errors);
    }

    public static void ThrowIfAny(ResourceDefinition kind, JsonObject obj, FieldErrors errors)
    {
        if (errors.Any) throw Refuse.Invalid(kind, obj.Name(), errors);
    }
}
