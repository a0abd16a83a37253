using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>What <see cref="Adam"/> and <see cref="AdamW"/> have in common.</summary>
internal readonly record struct Moments(double Beta1, double Beta2, double Epsilon, bool AmsGrad)
{
    private static readonly string[] s_slots = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"];

    public static ReadOnlySpan<string> SlotNames(bool amsGrad) => s_slots.AsSpan(0, amsGrad ? 3 : 2);

    public void Check<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.BelowOneAs<T>(Beta1);
        Guard.BelowOneAs<T>(Beta2);
        Guard.NotNegativeAs<T>(Epsilon);
    }

    /// <summary>The corrections 1 - b^t go into the rate and the factor of the root.</summary>
    public Updates.MomentNumbers Numbers(UpdateStep step, bool isCorrected, bool epsilonHat)
    {
        double first = isCorrected ? 1 - Powers.Of(Beta1, step.Count) : 1;
        double root = isCorrected ? Math.Sqrt(1 - Powers.Of(Beta2, step.Count)) : 1;
        return new()
        {
            Rate = epsilonHat ? step.Rate * root / first : step.Rate / first,
            Root = epsilonHat ? 1 : 1 / root,
            Epsilon = Epsilon,
            Beta1 = Beta1,
            Beta2 = Beta2,
            Shrink = 1,
        };
    }

    public void Run<T, TDecays>(scoped in UpdateSpans<T> spans, in Updates.MomentNumbers numbers, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TDecays : struct, IFlag
    {
        if (AmsGrad) UpdateLoop.Run(spans, new Updates.Moments<TDecays, Yes>(numbers), threads);
        else UpdateLoop.Run(spans, new Updates.Moments<TDecays, No>(numbers), threads);
    }
}
