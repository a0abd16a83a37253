using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Cli.Checking;

/// <summary>The losses of whole rows, as functions of all their trained inputs together, one after the other.</summary>
internal static class RowCases<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 4, Columns = 7, Length = Rows * Columns;

    private delegate LossTally Evaluation(ReadOnlySpan<T> x);

    private delegate void Differentiation(ReadOnlySpan<T> x, Span<T> gradient);

    public static IEnumerable<(string Name, Func<GradientCheckReport> Check)> All()
    {
        int[] labels = [3, 0, 6, 3], signs = [1, -1, 1, -1];
        foreach (int power in (int[])[1, 2])
        {
            yield return ($"MultiClassHinge, power {power}", () => Run(
                Draws.Uniform<T>(new Random(1), Length, -2, 2),
                x => Loss.Evaluate(new MultiClassHinge(power: power), x, Columns, labels),
                (x, g) => Loss.EvaluateWithGradient(new MultiClassHinge(power: power), x, Columns, labels, g)));
        }

        yield return ("CosineEmbedding", () => Run(
            Draws.Uniform<T>(new Random(2), 2 * Length, -1, 2),
            x => Loss.Evaluate(new CosineEmbedding(), x[..Length], x[Length..], Columns, signs),
            (x, g) => Loss.EvaluateWithGradient(new CosineEmbedding(), x[..Length], x[Length..], Columns, signs, g[..Length], g[Length..])));
        foreach (bool swap in (bool[])[false, true])
        {
            yield return (swap ? "TripletMargin, swap" : "TripletMargin", () => Run(
                Draws.Uniform<T>(new Random(3), 3 * Length, -1, 1),
                x => Loss.Evaluate(new TripletMargin(swap: swap), x[..Length], x[Length..(2 * Length)], x[(2 * Length)..], Columns),
                (x, g) => Loss.EvaluateWithGradient(
                    new TripletMargin(swap: swap), x[..Length], x[Length..(2 * Length)], x[(2 * Length)..], Columns, new(g[..Length], g[Length..(2 * Length)], g[(2 * Length)..]))));
        }

        int[] positives = [2, 3, 0, 1, 5, 4];
        yield return ("NTXent", () => Run(
            Draws.Uniform<T>(new Random(4), positives.Length * positives.Length, -1, 1),
            x => Loss.Evaluate(new NTXent(0.5), x, positives),
            (x, g) => Loss.EvaluateWithGradient(new NTXent(0.5), x, positives, g)));
        T[] masks = Array.ConvertAll(Draws.Uniform<T>(new Random(5), Length, 0, 2), v => T.Floor(v));
        yield return ("SoftDice", () => Run(
            Draws.Uniform<T>(new Random(6), Length, 0.1, 0.9),
            x => Loss.Evaluate(new SoftDice(), x, Columns, masks),
            (x, g) => Loss.EvaluateWithGradient(new SoftDice(), x, Columns, masks, g)));
        yield return ("SoftJaccard", () => Run(
            Draws.Uniform<T>(new Random(6), Length, 0.1, 0.9),
            x => Loss.Evaluate(new SoftJaccard(), x, Columns, masks),
            (x, g) => Loss.EvaluateWithGradient(new SoftJaccard(), x, Columns, masks, g)));
        yield return ("BrierScore", () => Run(
            Draws.Uniform<T>(new Random(6), Length, 0.1, 0.9),
            x => Loss.Evaluate(new BrierScore(), x, Columns, labels),
            (x, g) => Loss.EvaluateWithGradient(new BrierScore(), x, Columns, labels, g)));
        T[] ranks = Array.ConvertAll(Draws.Uniform<T>(new Random(7), Length, -1, 1), v => T.CopySign(T.One, v));
        yield return ("PairwiseRanking of SoftMargin", () => Run(
            Draws.Uniform<T>(new Random(8), 2 * Length, -2, 2),
            x => Loss.Evaluate(new PairwiseRanking<SoftMargin>(), x[..Length], x[Length..], ranks),
            (x, g) => Loss.EvaluateWithGradient(new PairwiseRanking<SoftMargin>(), x[..Length], x[Length..], ranks, g[..Length], g[Length..])));
    }

    private static GradientCheckReport Run(T[] x, Evaluation evaluate, Differentiation differentiate)
    {
        T[] gradient = new T[x.Length];
        differentiate(x, gradient);
        var function = new Function(evaluate);
        return GradientCheck.Compare(ref function, x.AsSpan(), gradient);
    }

    private readonly struct Function(Evaluation evaluate) : IScalarFunction<T>
    {
        public T Evaluate(ReadOnlySpan<T> x) => T.CreateTruncating(evaluate(x).Mean);
    }
}
