using Fairlead.Cel.Values;

namespace Fairlead.Cel.Evaluation;

/// <summary>How large a value is to whoever looks at all of it.</summary>
static class Sizes
{
    public static long Of(object? value) => value switch
    {
        string text => text.Length,
        byte[] bytes => bytes.Length,
        ICelMap map => map.Count * 10L,
        IReadOnlyList<object?> list => list.Count * 10L,
        _ => 1,
    };
}
