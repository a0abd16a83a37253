using System.Diagnostics;
using System.Reflection;

namespace FastLoss.Bench.Suites;

/// <summary>
/// Makes the runtime compile contenders at full speed before they are timed. A method becomes fast in two steps, each after
/// 30 calls and 100 ms without new code: first one that counts what happens in it, then the final one made by those
/// counts. BenchmarkDotNet's warm-up of a long call ends before: a TensorPrimitives softmax then read 91 us instead of 3.
/// </summary>
internal static class TierUp
{
    private const int Calls = 40, FewestPasses = 4, MostPasses = 12;

    /// <summary>At 0 in the environment the runtime counts calls from the first on, without the 100 ms.</summary>
    public const string NoDelay = "DOTNET_TC_CallCountingDelayMs";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(Environment.GetEnvironmentVariable(NoDelay) == "0" ? 30 : 110);

    /// <summary>Calls them on a small shape of the same kind, where forty calls take no time.</summary>
    public static void Run(ISuite suite, IReadOnlyList<MethodInfo> contenders)
    {
        ISuite small = SuiteList.Create(suite.GetType());
        small.Shape = suite.Shape.Rows > 1 ? new(16, suite.Shape.Classes) : new(1, Math.Min(suite.Shape.Classes, 1_000));
        small.Variant = suite.Variant;
        small.Prepare();
        try
        {
            Func<double>[] calls = [.. contenders.Select(m => SuiteList.Invoker(small, m))];
            double fastest = double.MaxValue;
            int quiet = 0;
            for (int pass = 1; pass <= MostPasses && (pass <= FewestPasses || quiet < 2); pass++)
            {
                long start = Stopwatch.GetTimestamp();
                foreach (Func<double> call in calls)
                    for (int i = 0; i < Calls; i++)
                        call();
                double time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
                quiet = time < 0.9 * fastest ? 0 : quiet + 1;
                fastest = Math.Min(fastest, time);
                Thread.Sleep(s_pause);
            }
        }
        finally
        {
            small.Cleanup();
        }
    }
}
