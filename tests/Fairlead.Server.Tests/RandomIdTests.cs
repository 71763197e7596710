using System.Collections.Concurrent;

namespace Fairlead.Server.Tests;

public sealed class RandomIdTests
{
    [Fact]
    public void Are_of_version_4_and_never_the_same_on_whatever_thread()
    {
        var seen = new ConcurrentBag<string>();
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 1000; i++) seen.Add(RandomId.Next());
        });
        Assert.All(seen, id => Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", id));
        Assert.Equal(8000, seen.Distinct().Count());
    }
}
