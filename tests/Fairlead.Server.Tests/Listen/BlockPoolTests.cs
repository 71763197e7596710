using Fairlead.Server.Listen;

namespace Fairlead.Server.Tests.Listen;

public class BlockPoolTests
{
    const int BlockBytes = 16 * 1024;

    static readonly int Many = 2000, Kept = 1024;

    [Fact]
    public void What_is_given_back_is_given_out_again_up_to_a_bound()
    {
        using var pool = new BlockPool(BlockBytes);
        var first = Enumerable.Range(0, Many).Select(_ => pool.Rent()).ToList();
        Assert.Equal(Many, first.Distinct().Count());
        Assert.All(first, block => Assert.Equal(BlockBytes, block.Memory.Length));
        first.ForEach(block => block.Dispose());
        var again = Enumerable.Range(0, Many).Select(_ => pool.Rent()).ToList();
        Assert.Equal(Many, again.Distinct().Count());
        Assert.Equal(Kept, again.Intersect(first).Count());
    }

    [Fact]
    public void More_than_a_block_is_refused()
    {
        using var pool = new BlockPool(BlockBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(BlockBytes + 1));
    }
}
