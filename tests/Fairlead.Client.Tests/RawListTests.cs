using System.Text;

namespace Fairlead.Client.Tests;

public class RawListTests
{
    [Theory]
    [InlineData("""{"kind":"List","metadata":{"resourceVersion":"7"},"items":[{"a":1},{"b":{"c":[1,2]}}]}""", """{"a":1}|{"b":{"c":[1,2]}}""")]
    [InlineData("""{"items":[ {"a":"]}"} , {"b":null} ],"metadata":{"items":[{"not":"this"}]}}""", """{"a":"]}"}|{"b":null}""")]
    [InlineData("""{"items":[]}""", "")]
    [InlineData("""{"items":null}""", "")]
    [InlineData("""{"kind":"Status"}""", "")]
    public void ItemsAreSplitUndecoded(string list, string items) =>
        Assert.Equal(items, string.Join('|', RawList.Items(Encoding.UTF8.GetBytes(list)).Select(i => Encoding.UTF8.GetString(i.Span))));
}
