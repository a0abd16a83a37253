using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>The scalars among the options of cross-entropy.</summary>
internal readonly record struct OptionScalars(double Smoothing, double InverseTemperature, double Softcap, double ZLoss, double Gamma)
{
    /// <summary>Whether logits are what they are given as.</summary>
    public bool IsIdentity => InverseTemperature == 1 && Softcap == 0;

    /// <summary>Whether every class, not the label's alone, is in the loss.</summary>
    public bool IsSmoothed => Smoothing != 0;
}

/// <summary>
/// One row with any option. Log-probabilities are (x - max) - ln(1 + the others' sum relative to the largest), and 1 - p of the
/// largest class is that sum's share, so that a confident row keeps its digits.
/// </summary>
internal unsafe ref struct OptionRow<T>(T* x, T* z, int n, T* targets, T* classWeights, OptionScalars options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T _max;
    private double _logSum;
    private double _others;
    private int _largest;
    private double _slopeSum;

    /// <summary>What z-loss adds, before the row's weight.</summary>
    public double ZTerm { get; private set; }

    private readonly double LogSumExp => double.CreateTruncating(_max) + _logSum;

    /// <summary>The row's loss without z-loss; -1 for no label. NaN for a row that has no softmax.</summary>
    public double Value(int label)
    {
        if (!options.IsIdentity) Map.Run(x, z, n, new OptionTransform<T>(options));
        _max = ExpSum.Max(z, n, -1);
        if (!T.IsFinite(_max)) return double.NaN;
        _largest = (int)ArgMax.IndexOf(z, n, _max);
        _others = ExpSum.Scaled<T, Yes, No>(z, null, n, _largest, RowShift<T>.Subtract(_max)) / ExpSum.Scale<T>();
        _logSum = ScalarMath.Log1P(_others);
        if (double.IsNaN(_logSum)) return double.NaN;
        ZTerm = options.ZLoss * LogSumExp * LogSumExp;
        _slopeSum = 0;
        double value = targets != null || options.IsSmoothed ? Sum() : 0;
        if (label < 0) return value;
        value += OptionTerms.Of(LogProbability(label), (1 - options.Smoothing) * Weight(label), options.Gamma, out double slope);
        _slopeSum += slope;
        return value;
    }

    /// <summary>The gradient times scale, after <see cref="Value"/>; it may be written over the logits.</summary>
    public void Gradient(int label, T* gradient, double scale)
    {
        if (double.IsNaN(_logSum) || !T.IsFinite(_max))
        {
            new Span<T>(gradient, n).Fill(T.NaN);
            return;
        }

        double atLargest = Exact(_largest, label) * scale, atLabel = label < 0 ? 0 : Exact(label, label) * scale;
        Write(gradient, scale);
        gradient[_largest] = T.CreateTruncating(atLargest);
        if (label >= 0) gradient[label] = T.CreateTruncating(atLabel);
    }

    private readonly double Weight(int c) => classWeights == null ? 1 : double.CreateTruncating(classWeights[c]);

    private readonly double LogProbability(int c) => double.CreateTruncating(z[c]) - double.CreateTruncating(_max) - _logSum;

    /// <summary>b_c (1 - p_c) - p_c (sum of the other b) + 2 z lse p_c, times the logit's own derivative, in double.</summary>
    private readonly double Exact(int c, int label)
    {
        double l = LogProbability(c);
        double p = ScalarMath.Exp(l);
        double complement = c == _largest ? _others / (1 + _others) : 1 - p;
        double target = targets == null ? 0 : double.CreateTruncating(targets[c]);
        double kept = 1 - options.Smoothing;
        double spread = double.IsNegativeInfinity(l) ? 0 : options.Smoothing / n;
        OptionTerms.Of(l, ((target * kept) + spread) * Weight(c), options.Gamma, out double slope);
        if (c == label)
        {
            OptionTerms.Of(l, kept * Weight(c), options.Gamma, out double atLabel);
            slope += atLabel;
        }

        double byZ = (slope * complement) - (p * (_slopeSum - slope)) + (2 * options.ZLoss * LogSumExp * p);
        Vector512<T> own = new OptionTransform<T>(options).Derivative(Vector512.Create(x[c]));
        return byZ * double.CreateTruncating(own[0]);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private double Sum()
    {
        DoubleSum values = default, slopes = default;
        int lanes = Vector512<T>.Count;
        for (int i = 0; i < n; i += lanes)
        {
            int count = Math.Min(lanes, n - i);
            Vector512<T> counted = Lanes.FirstLanes<T>(count);
            Vector512<T> l = LogProbabilities(i, count);
            values.Add(OptionTerms.Of(l, Counts(l, i, count), options.Gamma, out Vector512<T> slope) & counted);
            slopes.Add(slope & counted);
        }

        _slopeSum = slopes.Total;
        return values.Total;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private readonly void Write(T* gradient, double scale)
    {
        bool hasTerms = targets != null || options.IsSmoothed;
        Vector512<T> rest = VectorMath.Of<T>((2 * options.ZLoss * LogSumExp) - _slopeSum);
        Vector512<T> factor = VectorMath.Of<T>(scale);
        OptionTransform<T> transform = new(options);
        int lanes = Vector512<T>.Count;
        for (int i = 0; i < n; i += lanes)
        {
            int count = Math.Min(lanes, n - i);
            Vector512<T> l = LogProbabilities(i, count);
            Vector512<T> slope = Vector512<T>.Zero;
            if (hasTerms) OptionTerms.Of(l, Counts(l, i, count), options.Gamma, out slope);
            Vector512<T> byZ = Lanes.Fma(VectorMath.Exp(l), rest, slope) * factor;
            if (!options.IsIdentity) byZ *= transform.Derivative(Lanes.LoadFirst(x + i, count));
            Lanes.StoreFirst(byZ, gradient + i, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector512<T> LogProbabilities(int i, int count) =>
        (Lanes.LoadFirst(z + i, count) - Vector512.Create(_max)) - VectorMath.Of<T>(_logSum);

    /// <summary>w (t (1 - e) + e / C); a masked class takes no part in the smoothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vector512<T> Counts(Vector512<T> l, int i, int count)
    {
        Vector512<T> isMasked = Vector512.Equals(l, Vector512.Create(T.NegativeInfinity));
        Vector512<T> a = Vector512.AndNot(VectorMath.Of<T>(options.Smoothing / n), isMasked);
        if (targets != null) a = Lanes.Fma(Lanes.LoadFirst(targets + i, count), VectorMath.Of<T>(1 - options.Smoothing), a);
        return classWeights == null ? a : a * Lanes.LoadFirst(classWeights + i, count);
    }
}
