using Fairlead.Api.Resources;
using Fairlead.Api.Selectors;
using Fairlead.Server.Responding;

namespace Fairlead.Server.Registry;

/// <summary>Which objects of a collection a request is about: label and field selector together. Immutable.</summary>
public sealed class Selection
{
    public static readonly Selection Everything = new(LabelSelectorText.Everything, FieldSelectorText.Everything);

    readonly LabelSelectorText labels;
    readonly FieldSelectorText fields;

    Selection(LabelSelectorText labels, FieldSelectorText fields) => (this.labels, this.fields) = (labels, fields);

    public bool IsEverything => labels.IsEverything && fields.IsEverything;

    /// <exception cref="Api.Errors.ApiException">BadRequest: the text is no selector, or names a field that can't be selected.</exception>
    public static Selection Read(ResourceDefinition kind, string? labels, string? fields)
    {
        if (string.IsNullOrEmpty(labels) && string.IsNullOrEmpty(fields)) return Everything;
        try
        {
            var byField = FieldSelectorText.Parse(fields);
            byField.RequireKnown(kind.SelectableFields.Keys);
            return new(LabelSelectorText.Parse(labels), byField);
        }
        catch (SelectorException e)
        {
            throw Refuse.BadRequest(e.Message);
        }
    }

    public bool Matches(ObjectFacts facts) => labels.Matches(facts.Labels) && fields.Matches(facts.Fields.GetValueOrDefault);
}
