using System.Text;
using System.Text.Json.Nodes;
using Fairlead.Api.Errors;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>An event stands in the namespace of the object it is about; one of the newer kind says who reported it and what was done.</summary>
/// <param name="about">Field that holds the object the event is about.</param>
sealed class EventRules(string about) : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var (ns, of) = (obj.Text("metadata.namespace"), obj.Text(about + ".namespace"));
        if (of.Length == 0 ? ns is not ("default" or "kube-system" or "") : of != ns)
            errors.Invalid("involvedObject.namespace", of, "does not match event.namespace");
        if (obj.Text("eventTime").Length == 0 || about != "regarding") return;
        foreach (var (field, max) in new[] { ("reportingController", 0), ("reportingInstance", 128), ("action", 128), ("reason", 128) })
        {
            var value = obj.Text(field);
            if (value.Length == 0) errors.Required(field);
            if (max > 0 && Encoding.UTF8.GetByteCount(value) > max) errors.Invalid(field, "", $"can have at most {max} characters");
        }
        if (Encoding.UTF8.GetByteCount(obj.Text("note")) > 1024) errors.Invalid("message", "", "can have at most 1024 characters");
        if (obj.Text("type") is not ("Normal" or "Warning")) errors.Invalid("type", obj.Text("type"), "has invalid value: " + obj.Text("type"));
    }
}
