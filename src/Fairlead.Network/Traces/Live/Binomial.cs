namespace Fairlead.Network.Traces.Live;

/// <summary>The binomial distribution, exactly.</summary>
static class Binomial
{
    /// <summary>How probable it is that of <paramref name="n"/> tries a number succeeds that is at least as far out as <paramref name="k"/>, to either side.</summary>
    /// <param name="p">That one try succeeds.</param>
    public static double Tail(int n, int k, double p)
    {
        if (p <= 0) return k == 0 ? 1 : 0;
        if (p >= 1) return k == n ? 1 : 0;
        var (below, above) = (0.0, 0.0);
        for (var i = 0; i <= n; i++)
        {
            var density = Math.Exp(LogChoose(n, i) + i * Math.Log(p) + (n - i) * Math.Log(1 - p));
            if (i <= k) below += density;
            if (i >= k) above += density;
        }
        return Math.Min(1, 2 * Math.Min(below, above));
    }

    static double LogChoose(int n, int k)
    {
        var sum = 0.0;
        for (var i = 1; i <= k; i++) sum += Math.Log(n - k + i) - Math.Log(i);
        return sum;
    }
}
