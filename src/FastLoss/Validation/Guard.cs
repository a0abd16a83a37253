using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Validation;

/// <summary>The checks every public method makes before its first write.</summary>
internal static class Guard
{
    public static void Float<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) Throw.UnsupportedType(typeof(T));
    }

    public static void SameLength<TA, TB>(
        ReadOnlySpan<TA> a,
        ReadOnlySpan<TB> b,
        [CallerArgumentExpression(nameof(a))] string aName = "",
        [CallerArgumentExpression(nameof(b))] string bName = "")
    {
        if (a.Length != b.Length) Throw.LengthsDiffer(aName, a.Length, bName, b.Length);
    }

    public static void Length<T>(
        ReadOnlySpan<T> span, long expected, string why, [CallerArgumentExpression(nameof(span))] string name = "")
    {
        if (span.Length != expected) Throw.LengthIsNot(name, span.Length, expected, why);
    }

    /// <summary>The number of rows of <paramref name="columns"/> elements in <paramref name="span"/>.</summary>
    public static int Rows<T>(
        ReadOnlySpan<T> span,
        int columns,
        [CallerArgumentExpression(nameof(span))] string name = "",
        [CallerArgumentExpression(nameof(columns))] string columnsName = "")
    {
        if (columns < 1) Throw.BelowMinimum(columnsName, columns, 1);
        (int rows, int rest) = Math.DivRem(span.Length, columns);
        if (rest != 0) Throw.NotWholeRows(name, span.Length, columns);
        return rows;
    }

    /// <summary>What a call writes, to be held against every other span of the call: <see cref="Written{T}"/> is the rule.</summary>
    public static Written<T> Writes<T>(Span<T> destination, [CallerArgumentExpression(nameof(destination))] string name = "")
        where T : unmanaged => new(destination, name);

    /// <summary>No common byte, whatever the two element types.</summary>
    public static void Apart<TA, TB>(
        ReadOnlySpan<TA> destination,
        ReadOnlySpan<TB> input,
        [CallerArgumentExpression(nameof(destination))] string name = "",
        [CallerArgumentExpression(nameof(input))] string inputName = "")
        where TA : unmanaged
        where TB : unmanaged => new Written<TA>(destination, name).Apart(input, inputName);

    /// <summary>One of the values that have a name.</summary>
    public static void Known<TEnum>(TEnum value, [CallerArgumentExpression(nameof(value))] string name = "")
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value)) Throw.OutOfRange(name, value, $"one of {string.Join(", ", Enum.GetNames<TEnum>())}");
    }

    public static void AtLeast(long value, long minimum, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < minimum) Throw.BelowMinimum(name, value, minimum);
    }

    /// <summary>A number of threads: 0 or 1 for the caller's alone, -1 for one a processor.</summary>
    public static void Threads(int threads, [CallerArgumentExpression(nameof(threads))] string name = "")
    {
        if (threads < -1) Throw.BelowMinimum(name, threads, -1);
    }

    public static void Index(int index, int count, [CallerArgumentExpression(nameof(index))] string name = "")
    {
        if ((uint)index >= (uint)count) Throw.IndexOutOfRange(name, index, count);
    }

    /// <summary>A step that is a positive number and moves <paramref name="x"/>.</summary>
    public static void Step<T>(T step, T x, [CallerArgumentExpression(nameof(step))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Step(step, new ReadOnlySpan<T>(in x), name);

    /// <summary>A step that is a positive number and moves every element of <paramref name="x"/>.</summary>
    public static void Step<T>(T step, ReadOnlySpan<T> x, [CallerArgumentExpression(nameof(step))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(step > T.Zero) || !T.IsFinite(step)) Throw.OutOfRange(name, step, "positive and finite");
        foreach (T element in x)
        {
            if (element + step == element - step && T.IsFinite(element)) Throw.StepTooSmall(name, step, element);
        }
    }

    /// <summary>Every label is a class: 0 to <paramref name="classCount"/> - 1.</summary>
    public static void Labels(
        ReadOnlySpan<int> labels, int classCount, [CallerArgumentExpression(nameof(labels))] string name = "")
    {
        int i = Kernels.Labels.IndexOutOfRange(labels, classCount);
        if (i >= 0) Throw.LabelOutOfRange(name, i, labels[i], classCount);
    }

    /// <summary>Every label is 1 or -1.</summary>
    public static void Signs(ReadOnlySpan<int> labels, [CallerArgumentExpression(nameof(labels))] string name = "")
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] is not (1 or -1)) Throw.ElementOutOfRange(name, i, labels[i], "1 or -1");
        }
    }

    public static void ZeroOrPositive<T>(T value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(value >= T.Zero) || !T.IsFinite(value)) Throw.OutOfRange(name, value, "positive and finite, or 0 for the default");
    }

    public static void Positive<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(value > T.Zero) || !T.IsFinite(value)) Throw.OutOfRange(name, value, "positive and finite");
    }

    /// <summary>Every element between its bounds, either of which may be missing. NaN passes: it is the caller's own.</summary>
    public static void Within<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> lower, ReadOnlySpan<T> upper, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            T least = lower.IsEmpty ? T.NegativeInfinity : lower[i];
            T most = upper.IsEmpty ? T.PositiveInfinity : upper[i];
            if (x[i] < least || x[i] > most || T.IsNaN(least) || T.IsNaN(most)) Throw.OutOfBounds(name, i, x[i], least, most);
        }
    }

    /// <summary>No request about rows without an open class, of a loss that has no classes to mask.</summary>
    public static void NoMaskedRows<T>(in LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (options.MaskedRows != MaskedRows.NaN) Throw.OutOfRange(nameof(options.MaskedRows), options.MaskedRows, "NaN: this loss is not of a softmax");
    }

    /// <summary>No weights of classes, of a loss that weighs none.</summary>
    public static void NoClassWeights<T>(in LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!options.ClassWeights.IsEmpty) Throw.LengthIsNot(nameof(options.ClassWeights), options.ClassWeights.Length, 0, "a loss without class weights");
    }

    /// <summary>None of the options of classes, of a loss that has none.</summary>
    public static void NoClasses<T>(in LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!options.ClassWeights.IsEmpty) Throw.LengthIsNot(nameof(options.ClassWeights), options.ClassWeights.Length, 0, "a loss without classes");
        if (options.IgnoreLabel is Int128 label) Throw.OutOfRange(nameof(options.IgnoreLabel), label, "null: this loss has no classes");
        NoMaskedRows(options);
    }

    /// <summary>The options of losses of elements, rows or pairs without classes: a weight and a mask for each.</summary>
    public static void Entries<T>(in LossOptions<T> options, int count, string what, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Threads(options.Threads, nameof(options.Threads));
        NoClasses(options);
        PerEntry(options.Weights, count, "weight", what);
        PerEntry(options.Mask, count, "mask", what);
        if (options.Accumulate && wanted != Wanted.Gradient) Throw.OutOfRange(nameof(options.Accumulate), true, "false in a call without a gradient");
        Denominator<T>(options.Denominator);
    }

    /// <summary>A metric's labels, each a class where its row counts, with what says how many times it does.</summary>
    public static Kernels.CountedLabels<TLabel> Counted<TLabel>(
        ReadOnlySpan<TLabel> labels, int classCount, scoped in MetricOptions options, [CallerArgumentExpression(nameof(labels))] string name = "")
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Times(options, labels.Length);
        Kernels.CountedLabels<TLabel> counted = new() { Labels = labels, Weights = options.Weights, Mask = options.Mask, Ignored = options.IgnoreLabel };
        int i = counted.IndexOutOfRange(classCount);
        if (i >= 0) Throw.LabelOutOfRange(name, i, labels[i], classCount);
        return counted;
    }

    /// <summary>A weight of 0 or more and a mask for each row, or none.</summary>
    public static void Times(scoped in MetricOptions options, int rows)
    {
        PerEntry(options.Weights, rows, "weight", "row");
        PerEntry(options.Mask, rows, "mask", "row");
        for (int r = 0; r < options.Weights.Length; r++)
        {
            if (options.Weights[r] < 0) Throw.ElementOutOfRange(nameof(options.Weights), r, options.Weights[r], "0 or more");
        }
    }

    /// <summary>One for each entry, or none. The message is composed where it is thrown: a string here would be made by every call.</summary>
    private static void PerEntry<T>(
        ReadOnlySpan<T> span, int count, string one, string what, [CallerArgumentExpression(nameof(span))] string name = "")
    {
        if (!span.IsEmpty && span.Length != count) Throw.LengthIsNot(name, span.Length, count, $"a {one} for each {what}");
    }

    /// <summary>What a gradient of <typeparamref name="T"/> can be divided by, or none given.</summary>
    public static void Denominator<T>(double? denominator, [CallerArgumentExpression(nameof(denominator))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (denominator is double d) InvertibleAs<T>(d, name);
    }

    /// <summary>A positive parameter that is finite as a <typeparamref name="T"/>, and so is its inverse.</summary>
    public static void InvertibleAs<T>(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T rounded = T.CreateTruncating(value), inverse = T.CreateTruncating(1 / value);
        bool isFine = rounded > T.Zero && inverse > T.Zero && T.IsFinite(rounded) && T.IsFinite(inverse);
        if (!isFine) Throw.OutOfRange(name, value, $"positive and finite as {Throw.Name(typeof(T))}, and so its inverse");
    }

    /// <summary>A parameter of 0 or more that is finite as a <typeparamref name="T"/>.</summary>
    public static void NotNegativeAs<T>(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(value >= 0 && T.IsFinite(T.CreateTruncating(value)))) Throw.OutOfRange(name, value, $"0 or more, and finite as {Throw.Name(typeof(T))}");
    }

    /// <summary>A share of what is kept: from 0 to less than 1, as a <typeparamref name="T"/> too.</summary>
    public static void BelowOneAs<T>(double value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(value >= 0 && T.CreateTruncating(value) < T.One)) Throw.OutOfRange(name, value, $"0 or more, and less than 1 as {Throw.Name(typeof(T))}");
    }

    /// <summary>A positive, finite parameter whose inverse is finite.</summary>
    public static void Invertible<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(value > T.Zero) || !T.IsFinite(value) || !T.IsFinite(T.One / value)) Throw.OutOfRange(name, value, "positive and finite, and so its inverse");
    }

    /// <summary>A finite parameter, 0 or more.</summary>
    public static void NotNegative<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(value >= T.Zero) || !T.IsFinite(value)) Throw.OutOfRange(name, value, "0 or more, and finite");
    }

    public static void Finite<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!T.IsFinite(value)) Throw.OutOfRange(name, value, "finite");
    }

    /// <summary>A parameter from <paramref name="low"/> to <paramref name="high"/>, both allowed.</summary>
    public static void Between<T>(T value, double low, double high, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double v = double.CreateTruncating(value);
        if (!(v >= low && v <= high)) Throw.OutOfRange(name, value, $"{low} to {high}");
    }

    // A loss's parameter must serve either element type: it lies within the normal numbers of float.
    private const double LeastParameter = 1.1754943508222875e-38;
    private const double LargestParameter = 3.4028234663852886e38;

    /// <summary>A positive parameter of a loss.</summary>
    public static void PositiveParameter(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= LeastParameter && value <= LargestParameter)) Throw.OutOfRange(name, value, "positive, from 1.18e-38 to 3.4e38");
    }

    /// <summary>A positive parameter of a loss whose inverse is one too.</summary>
    public static void InvertibleParameter(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 4 * LeastParameter && value <= 0.25 / LeastParameter)) Throw.OutOfRange(name, value, "positive, from 4.7e-38 to 2.1e37");
    }

    /// <summary>A parameter of a loss that is 0 or positive.</summary>
    public static void NotNegativeParameter(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value != 0 && !(value >= LeastParameter && value <= LargestParameter)) Throw.OutOfRange(name, value, "0, or from 1.18e-38 to 3.4e38");
    }

    /// <summary>A finite parameter of a loss.</summary>
    public static void FiniteParameter(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(Math.Abs(value) <= LargestParameter)) Throw.OutOfRange(name, value, "finite, at most 3.4e38 in magnitude");
    }
}
