using System.Numerics;

namespace FastLoss;

/// <summary>
/// A fixed scheme with an error estimate: the same formula at a part of the step tells its truncation, and the divided
/// differences of neighbouring values the noise of the function, whatever it is. Where those are as large as what the
/// values do, and the function does no more over its whole scale, the steps are too long for it and nothing is known:
/// the error is infinite.
/// </summary>
internal readonly ref struct FixedDerivative<T, TFunction, TLine>(TLine line, LinePoint<T> point, T noise)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : allows ref struct
    where TLine : ILine<T, TFunction>, allows ref struct
{
    private readonly TLine _line = line;
    private readonly LinePoint<T> _point = point;
    private readonly T _noise = noise;

    public DerivativeEstimate<T> Estimate(ref TFunction function, DifferenceScheme scheme, T h, ref ValueAtPoint<T> atPoint)
    {
        using var scratch = new Scratch<Remembered<T>>(RememberedLine<T, TFunction, TLine>.Room);
        int evaluations = 0, unused = 0;
        var formula = DifferenceFormula.Choose(scheme, ref h, _point.RoomBelow, _point.RoomAbove);
        LineDerivative.Know(ref function, _line, _point.Position, ref atPoint, ref evaluations);
        var memory = new RememberedLine<T, TFunction, TLine>(_line, scratch.Span);
        T part = h * T.CreateTruncating(Part);
        T value = LineDerivative.Apply<T, TFunction, RememberedLine<T, TFunction, TLine>>(
            ref function, memory, _point.Position, formula, h, ref atPoint, ref unused);
        T finer = LineDerivative.Apply<T, TFunction, RememberedLine<T, TFunction, TLine>>(
            ref function, memory, _point.Position, formula, part, ref atPoint, ref unused);
        DerivativeEstimate<T> estimate = LineDerivative.WithError(
            value, finer, formula, atPoint.Value, h, _point.Magnitude, _noise, evaluations + memory.Evaluations);
        if (estimate.Status == DifferentiationStatus.NonFinite) return estimate;

        bool isOneSided = formula.Lower(0) == 0 || formula.Upper(0) == 0;
        T side = formula.Upper(0) == 0 ? -h : h;
        if (formula.Pairs == 1 || isOneSided || TLine.SubtractsItself)
        {
            memory.At(ref function, _point.Position + side * T.CreateTruncating(0.19098300));
            memory.At(ref function, _point.Position + side * T.CreateTruncating(0.80901699));
        }

        if (TLine.SubtractsItself)
        {
            memory.At(ref function, _point.Position + side * T.CreateTruncating(Part));
            memory.At(ref function, _point.Position + side);
            memory.At(ref function, _point.Position + side * T.CreateTruncating(0.38196601));
        }

        T deviation = Deviation(memory, atPoint.Value, formula.Order + 2, out T range);
        T truncation = T.Abs(value - finer) / (T.One - T.CreateTruncating(Math.Pow(Part, formula.Order)));
        T error = T.Max(estimate.Error, truncation + T.CreateTruncating(formula.NoiseGain) * deviation / h);
        bool isRough = deviation >= range || estimate.Status == DifferentiationStatus.NotConverged;
        bool isUnresolved = range == T.Zero
            ? Steadier(ref function, memory, atPoint.Value) > T.Zero
            : isRough && range > T.CreateTruncating(64) * _noise * T.Abs(atPoint.Value)
                && range * T.CreateTruncating(64) >= Variation(ref function, memory, atPoint.Value);
        if (isUnresolved) error = T.PositiveInfinity;
        return new(
            value, error, evaluations + memory.Evaluations,
            isUnresolved ? DifferentiationStatus.NotConverged : DifferentiationStatus.Completed);
    }

    /// <summary>
    /// The golden section: no two steps are multiples of one another, so that values that are rounded cannot rise in
    /// step with them.
    /// </summary>
    private const double Part = 0.6180339887498949;

    /// <summary>
    /// The noise of a value: what the divided differences of so many neighbouring points, in which everything that the
    /// formula knows cancels, leave; times what but one in some thousand samples of normal noise stay below.
    /// </summary>
    private T Deviation(RememberedLine<T, TFunction, TLine> memory, T atPoint, int window, out T range)
    {
        ReadOnlySpan<Remembered<T>> seen = memory.Seen;
        int count = seen.Length + 1;
        Span<T> positions = stackalloc T[count], values = stackalloc T[count];
        (positions[0], values[0]) = (T.Zero, atPoint);
        for (int i = 1; i < count; i++) (positions[i], values[i]) = (seen[i - 1].Position - _point.Position, seen[i - 1].Value);
        positions.Sort(values);
        T most = atPoint, least = atPoint, largest = T.Zero;
        foreach (T value in values) (most, least) = (T.Max(most, value), T.Min(least, value));
        range = most - least;
        if (!(range > T.Zero) || !T.IsFinite(range)) return range;

        int samples = Math.Max(1, count - window + 1);
        window = Math.Min(window, count);
        for (int first = 0; first < samples; first++)
        {
            T sample = Divided(positions.Slice(first, window), values.Slice(first, window), least) / range;
            largest = T.Max(largest, T.Abs(sample));
        }

        double confidence = samples switch { 1 => 60, 2 => 40, 3 => 30, _ => 20 };
        return T.CreateTruncating(confidence) * range * largest;
    }

    /// <summary>The divided difference of all points, in deviations of one value.</summary>
    private static T Divided(ReadOnlySpan<T> positions, ReadOnlySpan<T> values, T least)
    {
        T sum = T.Zero, squares = T.Zero, unit = positions[^1] - positions[0];
        for (int i = 0; i < positions.Length; i++)
        {
            T product = T.One;
            for (int j = 0; j < positions.Length; j++)
            {
                if (j != i) product *= (positions[i] - positions[j]) / unit;
            }

            sum += (values[i] - least) / product;
            squares += T.One / (product * product);
        }

        return sum / T.Sqrt(squares);
    }

    /// <summary>What the function does over 1/16 of its scale, to the side where it does more.</summary>
    private T Variation(ref TFunction function, RememberedLine<T, TFunction, TLine> memory, T atPoint) =>
        T.Max(Change(ref function, memory, atPoint, _point.RoomBelow, -1), Change(ref function, memory, atPoint, _point.RoomAbove, 1));

    /// <summary>
    /// The same to the side where it does less: 0 where it is flat there, and not only between two stairs.
    /// </summary>
    private T Steadier(ref TFunction function, RememberedLine<T, TFunction, TLine> memory, T atPoint) =>
        T.Min(Change(ref function, memory, atPoint, _point.RoomBelow, -1), Change(ref function, memory, atPoint, _point.RoomAbove, 1));

    private T Change(ref TFunction function, RememberedLine<T, TFunction, TLine> memory, T atPoint, T room, int side)
    {
        T reach = _point.Scale / T.CreateTruncating(16);
        if (room < reach) reach = room;
        T change = T.Abs(memory.At(ref function, _point.Position + T.CreateTruncating(side) * reach) - atPoint);
        return T.IsFinite(change) ? change : T.Zero;
    }
}
