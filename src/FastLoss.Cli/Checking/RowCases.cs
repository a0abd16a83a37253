using System.Numerics;

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
                Inputs.Uniform<T>(new Random(1), Length, -2, 2),
                x => MultiClassHinge.Evaluate(x, Columns, labels, power: power),
                (x, g) => MultiClassHinge.EvaluateWithGradient(x, Columns, labels, g, power: power)));
        }

        yield return ("CosineEmbedding", () => Run(
            Inputs.Uniform<T>(new Random(2), 2 * Length, -1, 2),
            x => CosineEmbedding.Evaluate(x[..Length], Columns, x[Length..], signs),
            (x, g) => CosineEmbedding.EvaluateWithGradient(x[..Length], Columns, x[Length..], signs, g[..Length], g[Length..])));
        foreach (bool swap in (bool[])[false, true])
        {
            yield return (swap ? "TripletMargin, swap" : "TripletMargin", () => Run(
                Inputs.Uniform<T>(new Random(3), 3 * Length, -1, 1),
                x => TripletMargin.Evaluate(x[..Length], Columns, x[Length..(2 * Length)], x[(2 * Length)..], swap: swap),
                (x, g) => TripletMargin.EvaluateWithGradient(
                    x[..Length], Columns, x[Length..(2 * Length)], x[(2 * Length)..], g[..Length], g[Length..(2 * Length)], g[(2 * Length)..], swap: swap)));
        }

        int[] positives = [2, 3, 0, 1, 5, 4];
        yield return ("NTXent", () => Run(
            Inputs.Uniform<T>(new Random(4), positives.Length * positives.Length, -1, 1),
            x => NTXent.Evaluate(x, positives, 0.5),
            (x, g) => NTXent.EvaluateWithGradient(x, positives, g, 0.5)));
        T[] masks = Array.ConvertAll(Inputs.Uniform<T>(new Random(5), Length, 0, 2), v => T.Floor(v));
        yield return ("SoftDice", () => Run(
            Inputs.Uniform<T>(new Random(6), Length, 0.1, 0.9),
            x => SoftDice.Evaluate(x, Columns, masks),
            (x, g) => SoftDice.EvaluateWithGradient(x, Columns, masks, g)));
        yield return ("SoftJaccard", () => Run(
            Inputs.Uniform<T>(new Random(6), Length, 0.1, 0.9),
            x => SoftJaccard.Evaluate(x, Columns, masks),
            (x, g) => SoftJaccard.EvaluateWithGradient(x, Columns, masks, g)));
        T[] ranks = Array.ConvertAll(Inputs.Uniform<T>(new Random(7), Length, -1, 1), v => T.CopySign(T.One, v));
        yield return ("PairwiseRanking of SoftMargin", () => Run(
            Inputs.Uniform<T>(new Random(8), 2 * Length, -2, 2),
            x => PairwiseRanking.Evaluate(new SoftMargin(), x[..Length], x[Length..], ranks),
            (x, g) => PairwiseRanking.EvaluateWithGradient(new SoftMargin(), x[..Length], x[Length..], ranks, g[..Length], g[Length..])));
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
