using System.Text;
using Fairlead.Api.Errors;
using Fairlead.Json;

namespace Fairlead.Api.Resources.Kinds;

/// <summary>
/// What every event must keep, by the names of the core group, in which events are stored: it stands in the namespace of
/// the object it is about, and one that has a time of its own says who reported it and what was done.
/// </summary>
sealed class EventRules : ResourceRules
{
    public override void ValidateCreate(JsonObject obj, FieldErrors errors)
    {
        var (ns, of) = (obj.Text("metadata.namespace"), obj.Text("involvedObject.namespace"));
        var timed = obj.Text("eventTime").Length > 0;
        if (of.Length == 0 ? ns is not ("default" or "") && !(timed && ns == "kube-system") : !timed && of != ns)
            errors.Invalid("involvedObject.namespace", of, "does not match event.namespace");
        if (!timed) return;
        var controller = obj.Text("reportingComponent");
        if (controller.Length == 0) errors.Required("reportingController");
        if (NameSyntax.QualifiedName(controller) is { } wrong) errors.Invalid("reportingController", controller, wrong);
        foreach (var (field, max) in (IEnumerable<(string, int)>)[("reportingInstance", 128), ("action", 128), ("reason", 128)])
        {
            if (obj.Text(field).Length == 0) errors.Required(field);
            AtMost(obj, field, max, errors);
        }
        AtMost(obj, "message", 1024, errors);
    }

    static void AtMost(JsonObject obj, string field, int max, FieldErrors errors)
    {
        if (Encoding.UTF8.GetByteCount(obj.Text(field)) > max) errors.Invalid(field, "", $"can have at most {max} characters");
    }
}
