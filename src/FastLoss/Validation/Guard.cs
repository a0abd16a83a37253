using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    /// <summary>Exactly the input, or not overlapping it: anything else would read what it has already overwritten.</summary>
    public static void SameOrApart<T>(
        ReadOnlySpan<T> destination,
        ReadOnlySpan<T> input,
        [CallerArgumentExpression(nameof(destination))] string name = "",
        [CallerArgumentExpression(nameof(input))] string inputName = "")
    {
        if (!destination.Overlaps(input, out int offset)) return;
        if (offset != 0 || destination.Length != input.Length) Throw.PartialOverlap(name, inputName);
    }

    /// <summary>No common byte, whatever the two element types.</summary>
    public static void Apart<TA, TB>(
        ReadOnlySpan<TA> destination,
        ReadOnlySpan<TB> input,
        [CallerArgumentExpression(nameof(destination))] string name = "",
        [CallerArgumentExpression(nameof(input))] string inputName = "")
        where TA : unmanaged
        where TB : unmanaged
    {
        if (MemoryMarshal.AsBytes(destination).Overlaps(MemoryMarshal.AsBytes(input))) Throw.Overlap(name, inputName);
    }

    public static void AtLeast(int value, int minimum, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value < minimum) Throw.BelowMinimum(name, value, minimum);
    }

    /// <summary>A number of threads: 0 or 1 for the caller's alone, -1 for one a processor.</summary>
    public static void Threads(int threads)
    {
        if (threads < -1) Throw.BelowMinimum(nameof(threads), threads, -1);
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

    /// <summary>A positive, finite divisor, or none given.</summary>
    public static void Denominator(double? denominator, [CallerArgumentExpression(nameof(denominator))] string name = "")
    {
        if (denominator is double d && !(d > 0 && double.IsFinite(d))) Throw.OutOfRange(name, d, "positive and finite");
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
}
