using System.Numerics;

namespace FastLoss.Digest;

/// <summary>Networks trained for a few epochs both ways, and derivatives of functions.</summary>
internal static class TrainingCases
{
    public static void Run(int threads)
    {
        Console.WriteLine($"float training: {Train<float>(HiddenActivation.Sigmoid)}");
        Console.WriteLine($"double training: {Train<double>(HiddenActivation.Relu)}");
        Console.WriteLine($"float optimizers: {Optimize<float>(threads)}");
        Console.WriteLine($"double optimizers: {Optimize<double>(threads)}");
        Console.WriteLine($"double derivatives: {Derivatives()}");
    }

    private static Hash Train<T>(HiddenActivation activation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Rows = 120, Inputs = 37, Classes = 5;
        Source source = new(99);
        T[] images = Array.ConvertAll(source.Numbers<T>(Rows * Inputs), v => v * T.CreateTruncating(1e-5));
        int[] labels = source.Labels(Rows, Classes);
        Network<T> network = new(new(Inputs, 19, Classes), activation, batchRows: 32);
        network.Initialize(3);
        T[] gradient = new T[network.Shape.ParameterCount];
        Optimizer<T> optimizer = new(new Sgd(), gradient.Length);
        T[] batch = new T[32 * Inputs];
        int[] batchLabels = new int[32];
        MiniBatches batches = new(Rows, 32, 5);
        Hash hash = new();
        for (int epoch = 0; epoch < 5; epoch++)
        {
            foreach (ReadOnlySpan<int> rows in batches.Epoch(epoch))
            {
                MiniBatches.Gather<T>(images, Inputs, rows, batch.AsSpan(0, rows.Length * Inputs));
                for (int i = 0; i < rows.Length; i++) batchLabels[i] = labels[rows[i]];
                ReadOnlySpan<T> x = batch.AsSpan(0, rows.Length * Inputs);
                hash.Add(epoch < 4
                    ? network.EvaluateWithGradient(x, batchLabels.AsSpan(0, rows.Length), gradient)
                    : network.EvaluateWithNumericalGradient(x, batchLabels.AsSpan(0, rows.Length), gradient));
                optimizer.Step(network.Parameters, gradient, 0.1);
            }
        }

        hash.Add<T>(network.Parameters);
        return hash;
    }

    /// <summary>Every optimizer for some steps of a schedule with clipped gradients, at lengths of parts of registers and of several threads.</summary>
    private static Hash Optimize<T>(int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IOptimizer[] rules =
        [
            new Sgd { WeightDecay = 0.01 }, new Sgd { Momentum = 0.9, Dampening = 0.1 }, new Sgd { Momentum = 0.9, Nesterov = true },
            new AdaGrad { LearningRateDecay = 0.1 }, new RmsProp { Centered = true, Momentum = 0.9 }, new Adam { AmsGrad = true }, new AdamW(),
        ];
        LearningRate rate = LearningRate.Cosine(0.1, 12, 0.01).WarmUp(3).Times(LearningRate.Exponential(1, 0.9));
        Hash hash = new();
        foreach (IOptimizer rule in rules)
        {
            foreach (int n in new[] { 1, 7, 37, 1000, 300_001 })
            {
                Source source = new((ulong)n);
                Optimizer<T> optimizer = new(rule, n);
                T[] parameters = source.Numbers<T>(n);
                for (int step = 0; step < (n > 1000 ? 2 : 15); step++)
                {
                    T[] gradient = source.Numbers<T>(n);
                    hash.Add(GradientClipping.ByNorm<T>(gradient, 3, threads));
                    optimizer.Step(parameters, gradient, rate.At(step), threads);
                }

                hash.Add<T>(parameters);
                for (int slot = 0; slot < optimizer.SlotCount; slot++) hash.Add<T>(optimizer.Slot(slot));
            }
        }

        return hash;
    }

    private static Hash Derivatives()
    {
        Hash hash = new();
        Source source = new(5);
        double[] x = new double[6];
        double[] gradient = new double[6];
        for (int i = 0; i < 100; i++)
        {
            double at = source.Unit() * 5;
            hash.Add(NumericalDerivative.Central(v => (v * v * v) - (2 / (1 + (v * v))), at));
            for (int k = 0; k < x.Length; k++) x[k] = source.Unit();
            NumericalGradient.Compute<double>(v => LogSumExp.Compute(v) + (v[0] * v[5]), x, gradient);
            hash.Add<double>(gradient);
        }

        return hash;
    }
}
