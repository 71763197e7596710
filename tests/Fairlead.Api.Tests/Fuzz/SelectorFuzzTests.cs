using System.Text;
using Fairlead.Api.Selectors;

namespace Fairlead.Api.Tests.Fuzz;

[Trait("lane", "fuzz")]
public class SelectorFuzzTests
{
    [Fact]
    public void A_selector_written_and_read_again_is_the_same() => FuzzInput.Run(5, text =>
    {
        var words = Encoding.UTF8.GetString(text);
        try
        {
            var labels = LabelSelectorText.Parse(words);
            Assert.Equal(labels.ToString(), LabelSelectorText.Parse(labels.ToString()).ToString());
            labels.Matches(new Dictionary<string, string> { ["app"] = "web" });
        }
        catch (SelectorException) { }
        var fields = FieldSelectorText.Parse(words);
        Assert.Equal(fields.Terms, FieldSelectorText.Parse(fields.ToString()).Terms);
    });
}
