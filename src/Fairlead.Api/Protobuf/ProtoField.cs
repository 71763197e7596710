namespace Fairlead.Api.Protobuf;

/// <summary>What the bytes of a field's value are, and so what becomes of them in JSON.</summary>
enum ProtoType
{
    Text,
    Bool,
    Int32,
    Int64,

    /// <summary>Eight bytes.</summary>
    Double,

    /// <summary>Bytes; base64 in JSON.</summary>
    Bytes,

    /// <summary>A message of seconds and nanoseconds.</summary>
    Time,
    MicroTime,

    /// <summary>A message of one string.</summary>
    Quantity,

    /// <summary>A message that says which of its two values counts.</summary>
    IntOrString,

    /// <summary>A message of one field that holds JSON: RawExtension, FieldsV1.</summary>
    Json,

    /// <summary>A message of one field that repeats strings: the values of a map of lists (ExtraValue).</summary>
    Texts,
    Record,

    /// <summary>A message of a boolean (1) and a record (2), which counts if it is there.</summary>
    RecordOrBool,

    /// <summary>A message of a record (1), which counts if it is there, and repeated strings (2).</summary>
    RecordOrTexts,

    /// <summary>A message whose fields are its parent's in JSON.</summary>
    Inline,
}

/// <summary>One field of a message.</summary>
/// <param name="Name">Its name in JSON; empty for an inlined message, which has none.</param>
/// <param name="KeepsZero">True if zero is a value like others; false if it stands for a field that was not set.</param>
/// <param name="Message">The fields of a record or inlined message.</param>
sealed record ProtoField(string Name, ProtoType Type, bool KeepsZero = false, ProtoMessage? Message = null)
{
    /// <summary>True for a list.</summary>
    public bool Repeated { get; init; }

    /// <summary>True for a map from strings, whose values have <see cref="Type"/>.</summary>
    public bool Map { get; init; }
}
