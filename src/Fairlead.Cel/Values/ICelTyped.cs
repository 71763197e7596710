namespace Fairlead.Cel.Values;

/// <summary>A value of a library's own type.</summary>
public interface ICelTyped
{
    /// <summary>What type() calls it.</summary>
    string TypeName { get; }
}
