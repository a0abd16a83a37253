using System.Numerics;
using System.Reflection;
using FastLoss.Bench.Quick;
using FastLoss.Bench.Suites;

namespace FastLoss.Bench.Gate;

/// <summary>Calls that reach every kernel in every form, few and short: nothing is timed.</summary>
internal static class Exercise
{
    /// <summary>Small rows, a row in registers, rows in cache, and one past it where stores bypass the caches.</summary>
    private static readonly Shape[] s_shapes =
        [new(37, 3), new(37, 10), new(16, 100), new(1, 128), new(1, 1_000), new(1, 70_000), new(1, 1 << 21)];

    /// <summary>How long the runtime waits for new code before it counts calls: longer than any call of the first pass takes.</summary>
    public const int QuietMilliseconds = 3_000;

    /// <summary>A suite whose input lives until it is disposed of.</summary>
    public sealed class Prepared : IDisposable
    {
        public Prepared(Type type, Shape shape, string variant)
        {
            Suite = SuiteList.Create(type);
            Suite.Shape = shape;
            Suite.Variant = variant;
            Suite.Prepare();
        }

        public ISuite Suite { get; }

        public void Dispose() => Suite.Cleanup();
    }

    /// <summary>
    /// Every suite at the shapes of its kind, none longer than the suite's own longest: a numerical gradient takes time in the
    /// square of its length, and one of 2M elements takes days.
    /// </summary>
    public static IEnumerable<(Type Suite, Shape Shape, string Variant)> Routines() =>
        from type in SuiteList.Suites
        let suite = SuiteList.Create(type)
        let own = suite.Shapes
        let batches = own.Any(s => s.Rows > 1)
        let rows = own.Any(s => s.Rows == 1)
        let longest = own.Max(s => s.Elements)
        from shape in s_shapes
        where (shape.Rows == 1 ? rows : batches) && shape.Elements <= longest
        from variant in suite.Variants
        select (type, shape, variant);

    /// <summary>Our own calls on one thread; threads cost a few hundred bytes, and the same kernels.</summary>
    public static IEnumerable<MethodInfo> SerialContenders(Type type) =>
        SuiteList.Contenders(type).Where(m => SuiteList.IsOurs(m.Name) && m.Name != QuickResult.OursOnThreads);

    /// <summary>
    /// Makes all code final. The process that does it is started with a runtime that compiles a method fully on its second
    /// counted call, in the background; the pauses let it finish.
    /// </summary>
    public static void Run()
    {
        for (int pass = 0; pass < 3; pass++)
        {
            foreach ((Type type, Shape shape, string variant) in Routines())
            {
                using Prepared prepared = new(type, shape, variant);
                foreach (MethodInfo ours in SerialContenders(type))
                {
                    Func<double> call = SuiteList.Invoker(prepared.Suite, ours);
                    for (int i = 0; i < 3; i++) call();
                }
            }
            Spread<float>();
            Spread<double>();
            // The first pass compiles everything once, on this thread. When the runtime has then seen no new code for the time that it was
            // told, it counts calls, and the next passes have it compile finally, on its own thread and alone.
            Thread.Sleep(pass == 0 ? QuietMilliseconds + 500 : 300);
        }
    }

    /// <summary>Logits whose exponentials overflow, which the suites do not have: other kernels take them.</summary>
    private static void Spread<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (Shape shape in s_shapes)
        {
            T[] logits = new T[shape.Elements], output = new T[shape.Elements];
            int[] labels = new int[shape.Rows];
            for (int i = 0; i < logits.Length; i++) logits[i] = T.CreateTruncating((i * 7919 % 2003) - 1001);
            LogSumExp.Compute<T>(logits, shape.Classes, output.AsSpan(0, shape.Rows));
            Softmax.Compute<T>(logits, shape.Classes, output);
            LogSoftmax.Compute<T>(logits, shape.Classes, output);
            Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), logits, shape.Classes, labels);
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), logits, shape.Classes, labels, output);
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), logits, shape.Classes, labels, logits);
        }
    }
}
