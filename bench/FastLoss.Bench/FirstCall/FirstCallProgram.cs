using System.Diagnostics;
using System.Globalization;
using FastLoss.Bench.Rivals;
using FastLoss.Catalog;

namespace FastLoss.Bench.FirstCall;

/// <summary>
/// The child of `first-call`: the least a program can be that calls one routine. It runs before the command line is even parsed,
/// touches no suite and no reflection, and prints only when all is measured.
/// </summary>
internal static class FirstCallProgram
{
    public const string Verb = "first-call-child";

    public const int Calls = 1_000;

    /// <summary>Calls after which the runtime has had its time to recompile, to tell what a call costs in the end.</summary>
    private const int FinalCalls = 200;

    private const int Row = 4_096, Rows = 4_000, Classes = 10;

    /// <summary>Who calls what. The first of each routine is ours; `nothing` is the process alone.</summary>
    public static IReadOnlyList<(string Routine, string[] Contenders)> Routines { get; } =
    [
        ("nothing", ["process"]),
        ("softmax 4096", ["FastLoss", "TensorPrimitives", "NaiveLoop"]),
        ("softmax 4000x10", ["FastLoss", "TensorPrimitives", "NaiveLoop"]),
        ("loss 4096", ["FastLoss", "TensorPrimitives", "NaiveLoop"]),
        ("loss 4000x10", ["FastLoss", "TensorPrimitives", "NaiveLoop"]),
        ("loss and gradient 4096", ["FastLoss", "TensorPrimitives", "NaiveLoop"]),
        ("squared errors 4096", ["FastLoss", "TensorPrimitives", "NaiveLoop"]),
        ("numerical gradient 10", ["FastLoss"]),
    ];

    /// <summary>Prints the timestamps of Main, the first result and result 1,000, and the ticks of a final call.</summary>
    public static int Run(string routine, string contender)
    {
        long main = Stopwatch.GetTimestamp();
        Func<double> call = Call(routine, contender);
        long start = Stopwatch.GetTimestamp();
        double sum = call();
        long first = Stopwatch.GetTimestamp();
        for (int i = 1; i < Calls; i++) sum += call();
        long thousand = Stopwatch.GetTimestamp();
        Thread.Sleep(400);
        for (int i = 0; i < FinalCalls; i++) sum += call();
        Thread.Sleep(400);
        long finalStart = Stopwatch.GetTimestamp();
        for (int i = 0; i < FinalCalls; i++) sum += call();
        long finalTicks = (Stopwatch.GetTimestamp() - finalStart) / FinalCalls;
        // A loss that is not finite would mean that nothing was computed.
        if (!double.IsFinite(sum)) return 3;
        Console.WriteLine(string.Join(' ', ((long[])[main, start, first, thousand, finalTicks]).Select(t => t.ToString(CultureInfo.InvariantCulture))));
        return 0;
    }

    private static Func<double> Call(string routine, string contender)
    {
        if (routine == "nothing") return () => 0;
        if (routine == "numerical gradient 10") return Gradient();
        bool batch = routine.EndsWith("4000x10", StringComparison.Ordinal);
        int classes = batch ? Classes : Row;
        float[] x = new float[batch ? Rows * Classes : Row], y = new float[x.Length];
        int[] labels = new int[batch ? Rows : 1];
        for (int i = 0; i < x.Length; i++) x[i] = (i * 7919 % 2003 / 250f) - 4;
        return (routine.Split(' ')[0], routine.Contains("gradient", StringComparison.Ordinal), contender) switch
        {
            ("softmax", _, "FastLoss") => Then(() => Softmax.Compute<float>(x, classes, y), y),
            ("softmax", _, "TensorPrimitives") => Then(() => ComposedRows.Softmax<float>(x, classes, y), y),
            ("softmax", _, _) => Then(() => Naive.Softmax<float>(x, classes, y), y),
            ("loss", false, "FastLoss") => () => Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), x, classes, labels).Sum,
            ("loss", false, "TensorPrimitives") => () => Composed.CrossEntropy<float>(x, classes, labels, y),
            ("loss", false, _) => () => Naive.CrossEntropy<float>(x, classes, labels),
            ("loss", true, "FastLoss") => () => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, classes, labels, y).Sum,
            ("loss", true, "TensorPrimitives") => () => Composed.CrossEntropyWithGradient<float>(x, classes, labels, y),
            ("loss", true, _) => () => Naive.CrossEntropyWithGradient<float>(x, classes, labels, y),
            (_, _, "FastLoss") => () => Loss.SumOfSquaredErrors<float>(x, y),
            (_, _, "TensorPrimitives") => () => Composed.SumOfSquaredErrors<float>(x, y),
            _ => () => Naive.SumOfSquaredErrors<float>(x, y),
        };
    }

    private static Func<double> Then(Action call, float[] result) => () =>
    {
        call();
        return result[0];
    };

    private static Func<double> Gradient()
    {
        double[] x = [.. Enumerable.Range(0, 10).Select(i => i / 10.0)], gradient = new double[x.Length];
        SumOfSquares function = default;
        return () =>
        {
            NumericalGradient.Compute(ref function, x, gradient);
            return gradient[0];
        };
    }

    private struct SumOfSquares : IScalarFunction<double>
    {
        public readonly double Evaluate(ReadOnlySpan<double> x)
        {
            double sum = 0;
            foreach (double value in x) sum += value * value;
            return sum;
        }
    }
}
