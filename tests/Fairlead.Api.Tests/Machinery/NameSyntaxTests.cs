using System.Text.RegularExpressions;
using Fairlead.Api.Resources;

namespace Fairlead.Api.Tests.Machinery;

/// <summary>Names against the regular expressions that the API states for them.</summary>
public class NameSyntaxTests
{
    const string Label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?", Subdomain = Label + @"(\." + Label + ")*";
    const string Qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

    static bool Fits(string form, string text) => Regex.IsMatch(text, "^(" + form + @")\z", RegexOptions.CultureInvariant);

    [Fact]
    public void Names_are_what_their_forms_say()
    {
        var random = new Random(7);
        const string signs = "ab1Z-._/é\n";
        var (right, wrong) = (0, 0);
        for (var i = 0; i < 200_000; i++)
        {
            var name = new string([.. Enumerable.Range(0, random.Next(7)).Select(_ => signs[random.Next(random.Next(2) == 0 ? 3 : signs.Length)])]);
            Same(Fits(Label, name), NameSyntax.Label(name), name);
            Same(Fits(Subdomain, name), NameSyntax.Subdomain(name), name);
            Same(Fits("[a-z]([-a-z0-9]*[a-z0-9])?", name), NameSyntax.Rfc1035Label(name), name);
            Same(Fits("(" + Qualified + ")?", name), NameSyntax.LabelValue(name), name);
            Same(Fits("(" + Subdomain + "/)?" + Qualified, name), NameSyntax.QualifiedName(name), name);
            Same(Fits("[-._a-zA-Z0-9]+", name) && name != "." && !name.StartsWith("..", StringComparison.Ordinal), NameSyntax.ConfigKey(name), name);
        }
        Assert.True(right > 10_000 && wrong > 10_000, $"{right} right, {wrong} wrong");

        void Same(bool fits, string? fault, string name)
        {
            Assert.True(fits == fault is null, $"\"{name}\": {fault ?? "right"}");
            if (fits) right++;
            else wrong++;
        }
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Names_have_an_end(int length, bool right)
    {
        var name = new string('a', length);
        Assert.All([NameSyntax.Label(name), NameSyntax.Rfc1035Label(name), NameSyntax.LabelValue(name), NameSyntax.QualifiedName("example.com/" + name)],
            fault => Assert.Equal(right, fault is null));
    }
}
