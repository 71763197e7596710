using Fairlead.Cli.Commands;
using Fairlead.Node.Images;

namespace Fairlead.Cli.Tests;

public class ImageRowTests
{
    [Fact]
    public void TheTableHasARowForEachNameAndSaysWhichNodesHaveIt()
    {
        var app = new StoredImage("sha256:0123456789abcdef0123", ["fairlead.local/app:v1", "fairlead.local/app:v2"], 1_234_567);
        var lost = new StoredImage("sha256:fedcba", [], 999);
        var port = new StoredImage("sha256:aa", ["localhost:5000/a:x"], 2_000_000_000);
        var rows = ImageRow.Of([("node1", app), ("node1", lost), ("node2", app), ("node2", port)]);
        Assert.Equal("""
            REPOSITORY           TAG      IMAGE ID        SIZE     NODES
            <none>               <none>   fedcba          999B     node1
            fairlead.local/app   v1       0123456789abc   1.23MB   node1,node2
            fairlead.local/app   v2       0123456789abc   1.23MB   node1,node2
            localhost:5000/a     x        aa              2.00GB   node2

            """, ImageRow.Table(rows));
    }

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(999, "999B")]
    [InlineData(1000, "1.00kB")]
    [InlineData(766147, "766kB")]
    [InlineData(12_345_678, "12.3MB")]
    public void SizesHaveThreeDigits(long bytes, string text) => Assert.Equal(text, ImageRow.HumanSize(bytes));
}
