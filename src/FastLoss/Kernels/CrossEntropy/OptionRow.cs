using System.Numerics;
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
/// One row with any option and every class in its loss, by soft targets or smoothing. Log-probabilities are (x - max) - ln(1 + the
/// others' sum relative to the largest), and 1 - p of the largest class is that sum's share, so that a confident row keeps its digits.
/// </summary>
internal unsafe ref struct OptionRow<T>(T* x, T* z, int n, T* targets, T* classWeights, OptionScalars options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T _max;
    private double _logSum;
    private double _others;
    private int _largest;
    private double _slopeSum;
    private int _open;

    /// <summary>What z-loss adds, before the row's weight.</summary>
    public double ZTerm { get; private set; }

    private readonly double LogSumExp => double.CreateTruncating(_max) + _logSum;

    /// <summary>The row's loss without z-loss; -1 for no label. NaN for a row that has no softmax.</summary>
    public double Value(int label, bool needsGradient)
    {
        if (!options.IsIdentity) Map.Run(x, z, n, new OptionTransform<T>(options));
        _max = ExpSum.Max(z, n, -1);
        if (!T.IsFinite(_max)) return double.NaN;
        _largest = (int)ArgMax.IndexOf(z, n, _max);
        _others = ExpSum.Others(z, n, _max, _largest);
        _open = options.IsSmoothed ? CountOpen(z, n) : n;
        _logSum = ScalarMath.Log1P(_others);
        if (double.IsNaN(_logSum)) return double.NaN;
        ZTerm = options.ZLoss * LogSumExp * LogSumExp;
        _slopeSum = 0;
        double value = Sum(needsGradient);
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
        gradient[_largest] = RowPowers.Normal<T>(atLargest);
        if (label >= 0) gradient[label] = RowPowers.Normal<T>(atLabel);
    }

    /// <summary>How many logits are not masks.</summary>
    public static int CountOpen(T* z, int n)
    {
        int masked = 0;
        nint lanes = Vector512<T>.Count;
        for (nint i = 0; i < n; i += lanes)
        {
            Vector512<T> v = Lanes.LoadFirst(z + i, (int)Math.Min(lanes, n - i));
            masked += BitOperations.PopCount(Vector512.Equals(v, Vector512.Create(T.NegativeInfinity)).ExtractMostSignificantBits());
        }

        return n - masked;
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
        double spread = double.IsNegativeInfinity(l) ? 0 : options.Smoothing / _open;
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

    private double Sum(bool needsSlopes) => (targets != null, classWeights != null, options.Gamma != 0) switch
    {
        (true, false, false) => Sum<Yes, No, No>(needsSlopes),
        (true, false, true) => Sum<Yes, No, Yes>(needsSlopes),
        (true, true, false) => Sum<Yes, Yes, No>(needsSlopes),
        (true, true, true) => Sum<Yes, Yes, Yes>(needsSlopes),
        (false, false, false) => Sum<No, No, No>(needsSlopes),
        (false, false, true) => Sum<No, No, Yes>(needsSlopes),
        (false, true, false) => Sum<No, Yes, No>(needsSlopes),
        (false, true, true) => Sum<No, Yes, Yes>(needsSlopes),
    };

    private double Sum<TTargets, TWeighs, TFocal>(bool needsSlopes)
        where TTargets : struct, IFlag
        where TWeighs : struct, IFlag
        where TFocal : struct, IFlag
    {
        double value = 0;
        ClassTerms<T, TTargets, TFocal> terms = new(options, _open, _max, _logSum);
        foreach ((int i, int count) in new Blocks(n, Elementwise.ChunkLength))
        {
            T* t = TTargets.Value ? targets + i : z + i; // without targets read and not heeded
            T* w = TWeighs.Value ? classWeights + i : null;
            value += Elementwise.Chunk(z + i, t, w, null, count, new ClassSums<T, TTargets, TWeighs, TFocal, No>(terms));
            if (!needsSlopes) continue;
            _slopeSum += Elementwise.Chunk(z + i, t, w, null, count, new ClassSums<T, TTargets, TWeighs, TFocal, Yes>(terms));
        }

        return value;
    }

    private readonly void Write(T* gradient, double scale)
    {
        // Logits that are a copy may be overwritten; the caller's are read once more for what they were capped by.
        T* byZ = options.IsIdentity ? gradient : z;
        switch (targets != null, classWeights != null, options.Gamma != 0)
        {
            case (true, false, false): Write<Yes, No, No>(byZ, scale); break;
            case (true, false, true): Write<Yes, No, Yes>(byZ, scale); break;
            case (true, true, false): Write<Yes, Yes, No>(byZ, scale); break;
            case (true, true, true): Write<Yes, Yes, Yes>(byZ, scale); break;
            case (false, false, false): Write<No, No, No>(byZ, scale); break;
            case (false, false, true): Write<No, No, Yes>(byZ, scale); break;
            case (false, true, false): Write<No, Yes, No>(byZ, scale); break;
            case (false, true, true): Write<No, Yes, Yes>(byZ, scale); break;
        }

        if (!options.IsIdentity) Elementwise.Chunk(z, x, null, gradient, n, new OptionTransform<T>(options));
    }

    private readonly void Write<TTargets, TWeighs, TFocal>(T* byZ, double scale)
        where TTargets : struct, IFlag
        where TWeighs : struct, IFlag
        where TFocal : struct, IFlag
    {
        ClassTerms<T, TTargets, TFocal> terms = new(options, _open, _max, _logSum);
        double rest = (2 * options.ZLoss * LogSumExp) - _slopeSum;
        Elementwise.Chunk(
            z,
            TTargets.Value ? targets : z,
            TWeighs.Value ? classWeights : null,
            byZ,
            n,
            new ClassGradient<T, TTargets, TWeighs, TFocal>(terms, rest, scale));
    }
}
