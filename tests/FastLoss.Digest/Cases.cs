using System.Numerics;
using System.Runtime.InteropServices;
using FastLoss.Catalog;

namespace FastLoss.Digest;

/// <summary>A few thousand calls of the routines over spans, and four long ones.</summary>
internal static class Cases
{
    public static void Run<T>(string type, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash softmax = new(), logSoftmax = new(), logSumExp = new(), loss = new(), gradient = new(), squares = new();
        Hash crossEntropy = new(), sigmoid = new(), accuracy = new();
        for (int i = 0; i < 600; i++)
        {
            Source source = new((ulong)i);
            int classCount = 1 + source.Below(i % 3 == 0 ? 40 : 400);
            Rows(source, classCount, classCount > 64 ? source.Below(4) : source.Below(80));
        }

        Rows(new Source(1001), 10, 70_001);
        Rows(new Source(1002), 1000, 700);
        Rows(new Source(1003), 300_007, 1);
        Rows(new Source(1004), (1 << 20) + 77, 1);
        Print("softmax", softmax);
        Print("log-softmax", logSoftmax);
        Print("log-sum-exp", logSumExp);
        Print("softmax cross-entropy", loss);
        Print("softmax cross-entropy gradient", gradient);
        Print("sum of squared errors", squares);
        Print("cross-entropy error", crossEntropy);
        Print("sigmoid", sigmoid);
        Print("accuracy", accuracy);
        Print("vector functions", ElementaryFunctions<T>());
        Print("element-wise losses", LossCases.Of<T>(threads));
        Print("element-wise losses, curved", LossCases.Curved<T>());
        foreach (IGrouping<string, RowCase> routine in RowCase.All.GroupBy(c => c.TypeName)) Print(routine.Key, RowLossCases.Of<T>(routine, threads));
        Print("gradients by the targets", TargetGradientCases.Of<T>(threads));
        Print("options of softmax cross-entropy", OptionCases.Of<T>());
        Print("activations", ActivationCases.Of<T>());
        Print("metrics", MetricCases.Of<T>());
        Print("descriptors of images", FeatureCases.Of<T>(threads));

        void Rows(Source source, int classCount, int rows)
        {
            T[] x = source.Logits<T>(classCount * rows);
            int[] labels = source.Labels(rows, classCount);
            T[] y = new T[x.Length];
            Softmax.Compute<T>(x, classCount, y, threads);
            softmax.Add<T>(y);
            T[] inPlace = [.. x];
            Softmax.Compute<T>(inPlace, classCount, inPlace, threads);
            softmax.Add<T>(inPlace);
            T[] t = source.Numbers<T>(x.Length);
            squares.Add(double.CreateTruncating(Loss.SumOfSquaredErrors<T>(t, y)));
            squares.Add(double.CreateTruncating(Loss.SumOfSquaredErrors<T>(t, x)));
            crossEntropy.Add(double.CreateTruncating(Loss.CrossEntropyError<T>(y, t)));
            crossEntropy.Add(double.CreateTruncating(Loss.CrossEntropyError<T>(y, classCount, labels)));
            accuracy.Add(Accuracy.Evaluate<T>(x, classCount, labels).Value);
            LogSoftmax.Compute<T>(x, classCount, y, threads);
            logSoftmax.Add<T>(y);
            LogSumExp.Compute<T>(x, classCount, t.AsSpan(0, rows), threads);
            logSumExp.Add<T>(t.AsSpan(0, rows));
            loss.Add(Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, new() { Threads = threads }));
            Loss.PerRow<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, t.AsSpan(0, rows), new() { Threads = threads });
            loss.Add<T>(t.AsSpan(0, rows));
            gradient.Add(Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, y, new() { Threads = threads }));
            gradient.Add<T>(y);
            gradient.Add(Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, x, new() { Threads = threads }));
            gradient.Add<T>(x);
            Sigmoid.Compute<T>(y, y);
            sigmoid.Add<T>(y);
        }

        void Print(string name, Hash hash) => Console.WriteLine($"{type} {name}: {hash}");
    }

    private static Hash ElementaryFunctions<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        Source source = new(7);
        for (int i = 0; i < 1000; i++)
        {
            T[] x = source.Logits<T>(61), y = source.Logits<T>(61);
            if (i % 2 != 0)
            {
                ulong[] bits = new ulong[64];
                for (int k = 0; k < bits.Length; k++) bits[k] = source.Next();
                MemoryMarshal.Cast<ulong, T>(bits)[..x.Length].CopyTo(x);
            }

            hash.Add<T>(Functions.Of<Functions.Exp, T>(x));
            hash.Add<T>(Functions.Of<Functions.ExpM1, T>(x));
            hash.Add<T>(Functions.Of<Functions.Log, T>(x));
            hash.Add<T>(Functions.Of<Functions.Log1P, T>(x));
            hash.Add<T>(Functions.Of<Functions.Sigmoid, T>(x));
            hash.Add<T>(Functions.Of<Functions.Softplus, T>(x));
            hash.Add<T>(Functions.Of<Functions.Tanh, T>(x));
            hash.Add<T>(Functions.Of<Functions.Pow, T>(x, y));
        }

        return hash;
    }
}
