using System.Numerics;

namespace FastLoss;

/// <summary>What a tableau ends with.</summary>
/// <param name="Value">The derivative.</param>
/// <param name="Error">What it may be off by.</param>
/// <param name="Noise">The noise of the function's values that the error reckons with.</param>
/// <param name="Step">The smallest step the value uses.</param>
/// <param name="Excess">The noise over what rounding alone makes.</param>
internal readonly record struct Extrapolated<T>(T Value, T Error, T Noise, T Step, T Excess)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest sample of noise at smaller steps.</summary>
    public T Surprise { get; init; }

    /// <summary>Whether one difference at a smaller step is further off than error, rounding and noise allow.</summary>
    public bool Disagrees(in Quotient<T> quotient) =>
        !T.IsFinite(Error)
        || T.Abs(quotient.Value - Value) > Error + T.CreateTruncating(8) * T.Max(T.One, Excess) * quotient.Rounding;

    /// <summary>
    /// Of results from shorter and from longer steps the one of the smaller error; but where they disagree by more than
    /// their errors the shorter, if they are sure of it: the function varies on their scale.
    /// </summary>
    public bool IsBetterThan(in Extrapolated<T> longer)
    {
        T gap = T.Abs(Value - longer.Value);
        return Error < longer.Error || !T.IsFinite(longer.Value)
            || (gap > Error + longer.Error && Error * T.CreateTruncating(2) < gap);
    }
}
