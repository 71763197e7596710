using Fairlead.Api.Yaml;
using Fairlead.Json;

namespace Fairlead.Api.Tests.Fuzz;

[Trait("lane", "fuzz")]
public class YamlFuzzTests
{
    [Fact]
    public void Documents_are_read_or_refused() => FuzzInput.Run(2, text =>
    {
        foreach (var document in YamlInput.ParseAll(text)) JsonTree.Write(document);
    });
}
