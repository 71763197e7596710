namespace Fairlead.Api.AdmissionRegistration;

/// <summary>What an expression of admission is to be.</summary>
public enum AdmissionValue
{
    /// <summary>Anything (variables).</summary>
    Any,

    /// <summary>True or false (conditions, validations).</summary>
    Bool,

    /// <summary>A text (messages).</summary>
    Text,

    /// <summary>A text or null (audit annotations).</summary>
    TextOrNull,
}
