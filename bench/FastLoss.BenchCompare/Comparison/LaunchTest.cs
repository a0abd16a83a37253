using FastLoss.BenchCompare.Runs;
using Perfolizer.Mathematics.SignificanceTesting.Base;
using Perfolizer.Mathematics.SignificanceTesting.MannWhitney;
using Perfolizer.Metrology;
using Pragmastat;

namespace FastLoss.BenchCompare.Comparison;

/// <summary>
/// Decides between two sets of times by the Mann-Whitney test, which assumes nothing about the noise but
/// that the times are independent: a wrong "faster" or "slower" is as rare as promised for skewed, bimodal or wild noise.
/// </summary>
/// <remarks>
/// <para>
/// Launches are independent, and the promise holds for them: over seven laws of noise, 5 launches against 5 of the same code are
/// called faster or slower in less than 1 % of comparisons (measured by simulation; 0.8 % is the bound).
/// Iterations of one launch are not. Of two launches that truly differ by 2 % (standard deviation), 15 iterations against 15
/// prove a difference of more than 1 % in 60 % of comparisons of the same code. So a change must be larger by the launch noise that
/// the thresholds allow, a doubling: then less than 0.1 % are, also at a standard deviation of 10 % or with launches of two memory
/// layouts, 1.63 apart; of pairs of real launches on shared virtual machines 2.2 % (<see cref="Thresholds"/>). With 5 % allowed less
/// than 1 % are where launches truly differ by 1 %. "Not slower" is believed without that allowance: of slowdowns of 5 % less than
/// 0.2 % pass where launches truly differ by 1 %, and less than 10 % where by 2 %. Such verdicts are marked weak.
/// </para>
/// <para>
/// The price is certainty at few launches. "A 10 % change in 95 % of runs with 5 launches at 4 % noise" is reached when the noise is
/// that 95 % of launches lie within 4 % of the truth (found in 97 %) or that all do. It is not when 4 % is the standard
/// deviation: found in 43 %, and 11 launches find 95 %. No test reaches 95 % there with so few false alarms: even with the
/// deviation known and the noise normal, Phi(0.10 / (0.04 sqrt(2/5)) - 2.58) = 91 % is the bound at 1 %, before any threshold,
/// and at 5 against 5 every permutation test, whatever its statistic, proves a change only where the launches separate completely
/// (1 of 252 orders), which this one accepts too. Welch's t finds 49 %, not enough more to give up what holds for all noise.
/// Perfolizer's SimpleEquivalenceTest is not used: it reports "not shown to differ" as "the same".
/// </para>
/// </remarks>
internal static class LaunchTest
{
    /// <summary>Launches where they can prove anything, else iterations, and launches again where those are not kept.</summary>
    public static Evidence EvidenceOf(BenchmarkResult before, BenchmarkResult after, Thresholds thresholds) =>
        thresholds.CanProve(before.Launches.Count, after.Launches.Count) || (before.Iterations.Count == 0 && after.Iterations.Count == 0)
            ? Evidence.Launches
            : Evidence.Iterations;

    /// <summary>The times that the evidence is made of.</summary>
    public static IReadOnlyList<double> Observations(BenchmarkResult result, Evidence evidence) =>
        evidence == Evidence.Iterations && result.Iterations.Count > 0 ? result.Iterations : result.Medians;

    public static Decision Decide(IReadOnlyList<double> before, IReadOnlyList<double> after, Evidence evidence, Thresholds thresholds)
    {
        double old = Runs.Statistics.Median(before), now = Runs.Statistics.Median(after);
        double beyond = thresholds.Beyond(old, now, evidence), within = thresholds.Between(old, now);
        bool isNotSlower = Is(AlternativeHypothesis.Less, within), isNotFaster = Is(AlternativeHypothesis.Greater, -within);
        Verdict verdict = Is(AlternativeHypothesis.Greater, beyond) ? Verdict.Slower
            : Is(AlternativeHypothesis.Less, -beyond) ? Verdict.Faster
            : isNotSlower && isNotFaster ? Verdict.Same
            : Verdict.Unproven;
        return new(verdict, evidence, isNotSlower && verdict != Verdict.Slower);

        bool Is(AlternativeHypothesis hypothesis, double shift) => MannWhitneyTest.Instance
            .Perform(Sample(after, 0), Sample(before, shift), hypothesis, Threshold.Zero).PValue.Value <= thresholds.Level;
    }

    /// <summary>
    /// How many launches in each run would decide in 95 % of runs, by the normal approximation with Mann-Whitney's efficiency of 3/pi,
    /// and two more for its few possible levels: that a change of this size is one where it exceeds the threshold, else
    /// that the times are the same. Null where nothing can tell, at the threshold itself or without a known spread.
    /// </summary>
    public static int? LaunchesToDecide(double relativeChange, double relativeSpread, Thresholds thresholds)
    {
        double excess = Math.Abs(Math.Abs(relativeChange) - thresholds.Relative);
        if (!(excess > 0) || !double.IsFinite(relativeChange) || !double.IsFinite(relativeSpread)) return null;
        // The slower run's spread is as much wider as its times are longer. "The same" is two tests, which must both succeed.
        double power = Math.Abs(relativeChange) > thresholds.Relative ? 1.645 : 1.96;
        double ratio = (2.576 + power) * relativeSpread * (1 + (Math.Abs(relativeChange) / 2)) / excess;
        return (int)Math.Clamp(2 + Math.Ceiling(2 * ratio * ratio * Math.PI / 3), thresholds.LeastToProve, Most);
    }

    /// <summary>More launches than anybody runs; a number this large says "more".</summary>
    public const int Most = 999;

    private static Sample Sample(IReadOnlyList<double> values, double shift) => new([.. values.Select(v => v + shift)]);
}
