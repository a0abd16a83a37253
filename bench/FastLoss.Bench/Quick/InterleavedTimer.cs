using System.Diagnostics;

namespace FastLoss.Bench.Quick;

/// <summary>One contender's times, a batch of calls in each round.</summary>
internal sealed record Timing(string Name, double[] NanosecondsPerCall, long AllocatedBytes)
{
    public double Median => Statistics.Median(NanosecondsPerCall);

    /// <summary>The median of the rounds' ratios: a slow moment of the machine slows both and cancels.</summary>
    public double RatioTo(Timing other) =>
        Statistics.Median([.. NanosecondsPerCall.Zip(other.NanosecondsPerCall, (mine, theirs) => mine / theirs)]);
}

/// <summary>
/// Times contenders in rounds, each once a round and in another order every round, so that a change of clock frequency or
/// a noisy neighbour meets all of them alike. BenchmarkDotNet runs them one after the other, minutes apart.
/// </summary>
internal sealed class InterleavedTimer(int rounds, TimeSpan batch, TimeSpan warmUp)
{
    public IReadOnlyList<Timing> Run(IReadOnlyList<(string Name, Func<double> Call)> contenders)
    {
        int[] calls = [.. contenders.Select(c => WarmUp(c.Call))];
        double[][] times = [.. contenders.Select(_ => new double[rounds])];
        long[] allocated = [.. contenders.Select(c => Allocated(c.Call))];
        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < contenders.Count; turn++)
            {
                int i = (turn + round) % contenders.Count;
                times[i][round] = Time(contenders[i].Call, calls[i]);
            }
        }
        return [.. contenders.Select((c, i) => new Timing(c.Name, times[i], allocated[i]))];
    }

    private int WarmUp(Func<double> call)
    {
        Stopwatch watch = Stopwatch.StartNew();
        int done = 0;
        do
        {
            call();
            done++;
        }
        while (watch.Elapsed < warmUp);
        double perCall = double.MaxValue;
        for (int sample = 0; sample < 3; sample++) perCall = Math.Min(perCall, Time(call, Math.Max(1, done / 8)));
        return (int)Math.Clamp(batch.TotalNanoseconds / perCall, 1, 10_000_000);
    }

    private static double Time(Func<double> call, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++) call();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls;
    }

    /// <summary>The least of three calls: a pool refilled after a collection is no cost of a call.</summary>
    private static long Allocated(Func<double> call)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
