using Fairlead.Client.Metrics;

namespace Fairlead.Client.Tests;

public class MetricTextTests
{
    [Fact]
    public void Families_and_samples_are_written_as_Prometheus_reads_them()
    {
        var text = new MetricText();
        text.Family("requests_total", "counter", "Requests,\nby \\ path.").Sample(3, ("path", "a\"b\\c\nd"), ("code", "200")).Sample(0.5);
        text.Single("stamp", "gauge", "A time.", 1795657935.25).Single("large", "gauge", "Large.", double.PositiveInfinity);
        Assert.Equal("""
            # HELP requests_total Requests,\nby \\ path.
            # TYPE requests_total counter
            requests_total{path="a\"b\\c\nd",code="200"} 3
            requests_total 0.5
            # HELP stamp A time.
            # TYPE stamp gauge
            stamp 1795657935.25
            # HELP large Large.
            # TYPE large gauge
            large +Inf

            """, text.ToString());
    }

    [Fact]
    public void A_histogram_counts_up_to_each_bound()
    {
        var histogram = new Histogram([0.001, 0.5]);
        foreach (var ms in (double[])[0.5, 1, 2, 500, 1000]) histogram.Observe(TimeSpan.FromMilliseconds(ms));
        Assert.Equal("""
            # HELP took How long it took.
            # TYPE took histogram
            took_bucket{way="x",le="0.001"} 2
            took_bucket{way="x",le="0.5"} 4
            took_bucket{way="x",le="+Inf"} 5
            took_sum{way="x"} 1.5035
            took_count{way="x"} 5

            """, new MetricText().Family("took", "histogram", "How long it took.").Sample(histogram, ("way", "x")).ToString());
    }
}
