namespace Fairlead.Node.Probes;

/// <summary>Counts results of one probe in a row against its thresholds. Not thread-safe.</summary>
sealed class ProbeCounter(int successThreshold, int failureThreshold)
{
    bool lastSuccess;
    int inARow;

    /// <returns>What is established now: true or false once its threshold is reached, null while the old state stands.</returns>
    public bool? Add(bool success)
    {
        inARow = success == lastSuccess ? inARow + 1 : 1;
        lastSuccess = success;
        return inARow >= (success ? successThreshold : failureThreshold) ? success : null;
    }
}
