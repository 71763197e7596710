using System.Diagnostics;

namespace Fairlead.Client.Metrics;

/// <summary>What every process tells of itself.</summary>
public static class ProcessMetrics
{
    public static void Write(MetricText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Single("process_cpu_seconds_total", "counter", "Processor time used.", process.TotalProcessorTime.TotalSeconds)
            .Single("process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64)
            .Single("process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.", new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0)
            .Single("process_threads", "gauge", "Threads.", process.Threads.Count);
    }
}
