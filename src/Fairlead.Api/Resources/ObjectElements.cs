using Fairlead.Json;

namespace Fairlead.Api.Resources;

/// <summary>The objects among the elements of a list, each with its place among them; nothing is made to go through them.</summary>
/// <param name="array">Null for none.</param>
public readonly struct ObjectElements(JsonArray? array)
{
    public Enumerator GetEnumerator() => new(array);

    /// <summary>Goes through the objects.</summary>
    public struct Enumerator(JsonArray? array)
    {
        int next;
        int place = -1;
        JsonObject? current;

        public readonly (int Index, JsonObject Item) Current => (place, current!);

        public bool MoveNext()
        {
            while (array is not null && next < array.Count)
            {
                if (array[next++] is not JsonObject obj) continue;
                (current, place) = (obj, place + 1);
                return true;
            }
            return false;
        }
    }
}
