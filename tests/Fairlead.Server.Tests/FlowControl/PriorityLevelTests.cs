using Fairlead.Server.FlowControl;

namespace Fairlead.Server.Tests.FlowControl;

/// <summary>Seats and queues of one level, by a clock that is moved by hand.</summary>
public sealed class PriorityLevelTests
{
    readonly HandClock clock = new();
    readonly FlowCounts counts = new("level", "schema");
    readonly PriorityLevel level;

    public PriorityLevelTests() => level = new("level", clock);

    void Configure(int seats, int queues = 64, int hand = 8, int length = 50, bool exempt = false) =>
        level.Configure(new("level", "", exempt, 1, 0, null) { Queues = queues, HandSize = hand, QueueLengthLimit = length }, new(seats, seats, seats), seats);

    Task<FlowSeat> EnterAsync(int flow = 1, int width = 1, CancellationToken cancellation = default) =>
        level.EnterAsync(counts, ShuffleShard.Mix(7, flow), width, cancellation).AsTask();

    [Fact]
    public async Task A_seat_that_is_given_back_goes_to_the_one_that_waits()
    {
        Configure(seats: 1);
        var first = await EnterAsync();
        var second = EnterAsync();
        Assert.False(second.IsCompleted);
        Assert.Equal((1, 1), (level.State.ExecutingSeats, counts.Waiting));
        first.Leave();
        (await second).Leave();
        Assert.Equal((0, 0, 0, 2L), (level.State.ExecutingSeats, counts.Waiting, level.State.Queues, counts.Dispatched));
    }

    [Fact]
    public async Task A_level_without_queues_refuses_at_once()
    {
        Configure(seats: 2, queues: 0);
        _ = await EnterAsync();
        _ = await EnterAsync();
        Assert.Equal(FlowRefusal.ConcurrencyLimit, (await EnterAsync()).Refusal);
        Assert.Equal(1, counts.Refused(FlowRefusal.ConcurrencyLimit));
    }

    [Fact]
    public async Task A_queue_takes_no_more_than_its_length()
    {
        Configure(seats: 1, queues: 1, hand: 1, length: 2);
        _ = await EnterAsync();
        Task[] waiting = [EnterAsync(), EnterAsync()];
        Assert.Equal(FlowRefusal.QueueFull, (await EnterAsync()).Refusal);
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
    }

    [Fact]
    public async Task One_that_waited_as_long_as_it_may_is_refused()
    {
        Configure(seats: 1);
        _ = await EnterAsync();
        var late = EnterAsync();
        clock.Move(PriorityLevel.LongestWait - TimeSpan.FromSeconds(1));
        Assert.False(late.IsCompleted);
        clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(FlowRefusal.TimeOut, (await late).Refusal);
        Assert.Equal((0, 1L), (counts.Waiting, counts.Refused(FlowRefusal.TimeOut)));
    }

    [Fact]
    public async Task One_whose_client_went_frees_its_place()
    {
        Configure(seats: 1, queues: 1, hand: 1, length: 1);
        var first = await EnterAsync();
        using var client = new CancellationTokenSource();
        var gone = EnterAsync(cancellation: client.Token);
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        var next = EnterAsync();
        first.Leave();
        (await next).Leave();
        Assert.Equal((0, 1L), (level.State.ExecutingSeats, counts.Refused(FlowRefusal.Cancelled)));
    }

    [Fact]
    public async Task A_flow_of_few_passes_one_of_many()
    {
        Configure(seats: 1, hand: 1);
        var running = await EnterAsync(flow: 1);
        var many = Enumerable.Range(0, 20).Select(_ => EnterAsync(flow: 1)).ToArray();
        var few = EnterAsync(flow: 2);
        var served = 0;
        while (!few.IsCompleted)
        {
            clock.Move(TimeSpan.FromMilliseconds(100));
            running.Leave();
            await Task.WhenAny([.. many.Skip(served), few]);
            if (few.IsCompleted) break;
            running = await many[served++];
        }
        Assert.InRange(served, 0, 2);
    }

    [Fact]
    public async Task Two_flows_that_always_wait_get_the_same()
    {
        Configure(seats: 2);
        List<FlowSeat> running = [await EnterAsync(flow: 1), await EnterAsync(flow: 1)];
        var waiting = Enumerable.Range(0, 80).Select(i => (Flow: i % 4 == 0 ? 2 : 1, Task: EnterAsync(flow: i % 4 == 0 ? 2 : 1))).ToList();
        var served = new Dictionary<int, int> { [1] = 0, [2] = 0 };
        for (var i = 0; i < 30; i++)
        {
            clock.Move(TimeSpan.FromMilliseconds(10));
            running[0].Leave();
            running.RemoveAt(0);
            await Task.WhenAny(waiting.Select(w => w.Task));
            var next = waiting.First(w => w.Task.IsCompleted);
            waiting.Remove(next);
            served[next.Flow]++;
            running.Add(await next.Task);
        }
        Assert.InRange(served[2], 12, 18);
    }

    [Fact]
    public async Task An_exempt_level_lets_everyone_in_and_one_that_becomes_so_lets_go_of_those_that_wait()
    {
        Configure(seats: 1);
        _ = await EnterAsync();
        var waiting = EnterAsync();
        Configure(seats: 0, exempt: true);
        _ = await waiting;
        _ = await EnterAsync();
        Assert.Equal(3, level.State.ExecutingSeats);
    }

    [Fact]
    public async Task More_seats_let_go_of_those_that_wait_and_one_wider_than_the_level_is_let_in_alone()
    {
        Configure(seats: 1);
        var first = await EnterAsync();
        var second = EnterAsync();
        var wide = EnterAsync(width: 5);
        level.Limit(2);
        (await second).Leave();
        Assert.False(wide.IsCompleted);
        first.Leave();
        (await wide).Leave();
        Assert.Equal(0, level.State.ExecutingSeats);
    }

    [Fact]
    public void A_hand_has_different_cards_and_is_always_the_same()
    {
        for (var flow = 0; flow < 200; flow++)
        {
            var hands = Enumerable.Range(0, 2).Select(_ => Hand(ShuffleShard.Mix(3, flow), 16, 6)).ToArray();
            Assert.Equal(6, hands[0].Distinct().Count());
            Assert.All(hands[0], card => Assert.InRange(card, 0, 15));
            Assert.Equal(hands[0], hands[1]);
        }
        Assert.Equal([0, 1, 2], Hand(12345, 3, 8).Order());
    }

    static List<int> Hand(ulong hash, int deck, int size)
    {
        var hand = new ShuffleShard(hash, deck, new int[size]);
        var cards = new List<int>();
        while (hand.Deal(out var card)) cards.Add(card);
        return cards;
    }
}
