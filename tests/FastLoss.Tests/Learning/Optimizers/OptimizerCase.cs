using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Learning.Optimizers;

/// <summary>A rule with its numbers, parameters around a multiple of the lanes, and the gradients of some steps.</summary>
public sealed record OptimizerCase(IOptimizer Rule, int Count, int Steps, double Rate, int Seed)
{
    /// <summary>Every rule with each of its choices.</summary>
    public static IReadOnlyList<IOptimizer> Rules { get; } =
    [
        new Sgd(), new Sgd { WeightDecay = 0.01 },
        new Sgd { Momentum = 0.9 }, new Sgd { Momentum = 0.9, WeightDecay = 0.01, Dampening = 0.1 },
        new Sgd { Momentum = 0.9, Nesterov = true }, new Sgd { Momentum = 0.5, Nesterov = true, WeightDecay = 0.1 },
        new AdaGrad(), new AdaGrad { LearningRateDecay = 0.1, InitialAccumulator = 0.1, WeightDecay = 0.01, Epsilon = 1e-3 },
        new RmsProp(), new RmsProp { Smoothing = 0.9, WeightDecay = 0.01 }, new RmsProp { Centered = true },
        new RmsProp { Momentum = 0.9 }, new RmsProp { Momentum = 0.9, Centered = true, WeightDecay = 0.01, Epsilon = 1e-3 },
        new Adam(), new Adam { AmsGrad = true, WeightDecay = 0.01 }, new Adam { Beta1 = 0, Beta2 = 0.5, Epsilon = 0.1 },
        new Adam { EpsilonHat = true, WeightDecay = 0.1 }, new Adam { BiasCorrection = false }, new Adam { Beta1 = 0.5, AmsGrad = true },
        new AdamW(), new AdamW { WeightDecay = 0, AmsGrad = true }, new AdamW { Beta1 = 0.8, Beta2 = 0.9, Epsilon = 1e-4, WeightDecay = 0.3 },
    ];

    public static Arbitrary<OptimizerCase> Cases() => Arb.From(
        from rule in Gen.Elements(Rules.ToArray())
        from count in Gen.Frequency((4, Gen.Choose(0, 40)), (1, from m in Gen.Choose(1, 9) from o in Gen.Choose(-1, 1) select (16 * m) + o))
        from steps in Gen.Choose(1, 40)
        from rate in Gen.Elements(0, 1e-3, 0.02, 0.1)
        from seed in Gen.Choose(0, int.MaxValue)
        select new OptimizerCase(rule, count, steps, rate, seed));

    /// <summary>Floats of magnitude 0.1 to 2: near 0 an adaptive step depends on every bit of the gradient.</summary>
    public T[] Draw<T>(int index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(Seed + index);
        T[] x = new T[Count];
        foreach (ref T value in x.AsSpan())
            value = T.CreateTruncating((float)((0.1 + (1.9 * random.NextDouble())) * (random.Next(2) == 0 ? -1 : 1)));
        return x;
    }
}
