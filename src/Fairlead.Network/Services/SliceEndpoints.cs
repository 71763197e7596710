using System.Collections;
using System.Text;
using Fairlead.Api.Discovery.V1;

namespace Fairlead.Network.Services;

/// <summary>
/// The endpoints of a slice, kept small: each is a shape, which many slices share, and its address as text. What the list
/// is asked for is made then, in about the time of a look into a table. Immutable.
/// </summary>
sealed class SliceEndpoints : IReadOnlyList<Endpoint>
{
    readonly Endpoint[] shapes;
    readonly byte[] text;
    readonly int[] ends;

    /// <param name="shapes">An endpoint each: whole, or without addresses if it has just one.</param>
    /// <param name="text">Those addresses, one after the other (ASCII).</param>
    /// <param name="ends">Where each ends there, an entry for each shape.</param>
    public SliceEndpoints(ReadOnlySpan<Endpoint> shapes, ReadOnlySpan<byte> text, ReadOnlySpan<int> ends) =>
        (this.shapes, this.text, this.ends) = (shapes.ToArray(), text.ToArray(), ends.ToArray());

    public int Count => shapes.Length;

    public Endpoint this[int index]
    {
        get
        {
            var shape = shapes[index];
            var begin = index == 0 ? 0 : ends[index - 1];
            return ends[index] == begin ? shape : shape with { Addresses = [Encoding.ASCII.GetString(text.AsSpan(begin, ends[index] - begin))] };
        }
    }

    public IEnumerator<Endpoint> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
