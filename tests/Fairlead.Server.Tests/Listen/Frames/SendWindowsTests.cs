using Fairlead.Server.Listen.Frames;

namespace Fairlead.Server.Tests.Listen.Frames;

public sealed class SendWindowsTests
{
    readonly SendWindows windows = new();

    public SendWindowsTests() => windows.Open(1);

    [Fact]
    public void Of_what_is_granted_first_each_gets_half()
    {
        Assert.Equal(0, windows.Room(1));
        Assert.Equal(500_000, windows.Grant(1_000_000));
        Assert.Equal(500_000, windows.Share);
        // A stream's own window is smaller.
        Assert.Equal(65_535, windows.Room(1));
    }

    [Fact]
    public void Each_gets_back_what_it_sent()
    {
        windows.Grant(100_000);
        windows.Sent(1, 10_000);
        windows.KestrelSent(7_000);
        // Its debt first, then ours.
        Assert.Equal(7_000, windows.Grant(9_000));
        Assert.Equal(0, windows.Grant(8_000));
        Assert.Equal(50_000, windows.Share);
        Assert.Equal(50_000, windows.Grant(100_000));
        Assert.Equal(100_000, windows.Share);
    }

    [Fact]
    public void We_never_send_more_than_our_share_or_the_streams_window()
    {
        windows.BeginWith(1_000_000);
        windows.Grant(100_000);
        windows.Sent(1, 40_000);
        Assert.Equal(10_000, windows.Room(1));
        windows.BeginWith(45_000);
        Assert.Equal(5_000, windows.Room(1));
        // A client may take back what it let us send (RFC 9113 §6.9.2).
        windows.BeginWith(30_000);
        Assert.Equal(0, windows.Room(1));
        windows.Grant(1, 12_000);
        Assert.Equal(2_000, windows.Room(1));
    }

    [Fact]
    public void Streams_open_once_and_what_is_closed_has_no_room()
    {
        windows.Grant(100_000);
        windows.Open(3);
        windows.Close(1);
        // Trailers of the first.
        windows.Open(1);
        windows.Grant(1, 5);
        Assert.False(windows.IsOpen(1));
        Assert.Equal(0, windows.Room(1));
        Assert.Equal(50_000, windows.Room(3));
    }
}
