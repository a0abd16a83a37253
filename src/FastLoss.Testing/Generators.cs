using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Testing;

/// <summary>Rows of logits with a label each, as a property receives them.</summary>
/// <param name="Logits">Row after row.</param>
/// <param name="ClassCount">Columns, 1 or more.</param>
/// <param name="Labels">A class for each row.</param>
public sealed record LogitBatch(double[] Logits, int ClassCount, int[] Labels)
{
    /// <summary>How many rows.</summary>
    public int Rows => Labels.Length;

    /// <summary>The logits as another type.</summary>
    public T[] As<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Logits, T.CreateTruncating);

    /// <inheritdoc/>
    public override string ToString() => $"{Rows} rows of {ClassCount}: {Generators.Text(Logits)}, labels [{string.Join(", ", Labels.Take(20))}]";
}

/// <summary>An array of numbers as a property receives it.</summary>
/// <param name="Values">The numbers.</param>
public sealed record NumberArray(double[] Values)
{
    /// <summary>The numbers as another type.</summary>
    public T[] As<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Values, T.CreateTruncating);

    /// <inheritdoc/>
    public override string ToString() => $"{Values.Length}: {Generators.Text(Values)}";
}

/// <summary>A mask as a property receives it.</summary>
/// <param name="Counts">Which elements count.</param>
public sealed record MaskArray(bool[] Counts)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Counts.Length}: [{string.Join(", ", Counts.Take(20))}]";
}

/// <summary>
/// FsCheck's own doubles stay within 100 and its arrays short. These have the lengths where vector code breaks (around
/// multiples of the lanes, the group of four vectors, the block and the chunk) and the values where losses break. All shrink.
/// </summary>
/// <remarks>
/// For a property of xUnit: <c>[Property(Arbitrary = [typeof(Generators)])]</c>; with any framework: <c>Prop.ForAll(Generators.Batches(), ...)</c>.
/// </remarks>
public static class Generators
{
    /// <summary>0 to 70 mostly; around multiples of 64, 512, 1,024 and 8,192.</summary>
    public static Gen<int> Lengths { get; } = Gen.Frequency(
        (6, Gen.Choose(0, 70)),
        (3, from multiple in Gen.Choose(1, 9) from offset in Gen.Choose(-2, 2) select Math.Max(0, (multiple * 64) + offset)),
        (1, from size in Gen.Elements(512, 1024, 8192) from offset in Gen.Choose(-2, 2) select size + offset));

    /// <summary>Any 64 bits as a double: NaN of all kinds, subnormal numbers, both zeros and infinities among them.</summary>
    public static Gen<double> BitPatterns { get; } =
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from special in Gen.Choose(0, 19)
        select special switch
        {
            0 => 0.0,
            1 => -0.0,
            2 => double.PositiveInfinity,
            3 => double.NegativeInfinity,
            4 => double.NaN,
            5 => double.Epsilon,
            6 => BitConverter.Int64BitsToDouble(((long)high << 32 | (uint)low) & unchecked((long)0x800FFFFFFFFFFFFF)),
            _ => BitConverter.Int64BitsToDouble((long)high << 32 | (uint)low),
        };

    /// <summary>Both signs and any magnitude a float can square and sum.</summary>
    public static Gen<double> Magnitudes { get; } =
        from mantissa in Between(1, 2)
        from exponent in Gen.Choose(-40, 40)
        from sign in Gen.Elements(-1.0, 1.0)
        select sign * Math.ScaleB(mantissa, exponent);

    /// <summary>Logits: usual, spread, shifted far, tied, confident, masked.</summary>
    private static readonly Gen<double> s_logit = Gen.Frequency(
        (10, Between(-5, 5)),
        (3, Between(-90, 90)),
        (1, Between(-1000, 1000)),
        (2, Gen.Elements(0.0, 1.0, -1.0, 20.0)),
        (1, Gen.Constant(double.NegativeInfinity)));

    /// <summary>Rows of 1 to 1,025 classes, with ties, masks (-infinity), confident and far shifted logits, and their labels.</summary>
    public static Arbitrary<LogitBatch> Batches() => Arb.From(
        from classCount in Gen.Frequency((5, Gen.Choose(1, 40)), (2, Gen.Choose(41, 200)), (1, Gen.Elements(511, 512, 513, 1025)))
        from rows in Gen.Choose(0, classCount > 200 ? 3 : 70)
        from shift in Gen.Frequency((4, Gen.Constant(0.0)), (1, Between(-200, 200)))
        from logits in Gen.ArrayOf(s_logit, rows * classCount)
        from labels in Gen.ArrayOf(Gen.Choose(0, classCount - 1), rows)
        select new LogitBatch(Array.ConvertAll(logits, v => (double)(float)(v + shift)), classCount, labels), Shrink);

    /// <summary>Arrays of <see cref="Magnitudes"/>.</summary>
    public static Arbitrary<NumberArray> AnyNumbers() => Arb.From(
        from length in Lengths
        from values in Gen.ArrayOf(Magnitudes, length)
        select new NumberArray(Array.ConvertAll(values, v => (double)(float)v)), Shrink);

    /// <summary>Arrays of <see cref="BitPatterns"/>.</summary>
    public static Arbitrary<NumberArray> AnyBits() => Arb.From(
        from length in Lengths
        from values in Gen.ArrayOf(BitPatterns, length)
        select new NumberArray(values), Shrink);

    /// <summary>Arrays of a domain's numbers.</summary>
    public static Arbitrary<NumberArray> Numbers(NumberDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return Arb.From(
            from length in Lengths
            from values in Gen.ArrayOf(domain.Generate(), length)
            select new NumberArray(values),
            n => Parts(n.Values).Concat(Simpler(n.Values, domain.Shrink)).Select(v => new NumberArray(v)));
    }

    /// <summary>Masks of any length, one third of them false.</summary>
    public static Arbitrary<MaskArray> Masks() => Arb.From(
        from length in Lengths
        from mask in Gen.ArrayOf(Gen.Elements(true, true, false), length)
        select new MaskArray(mask),
        m => Parts(m.Counts).Select(v => new MaskArray(v)));

    internal static string Text(IReadOnlyList<double> values) =>
        "[" + string.Join(", ", values.Take(20).Select(v => v.ToString("R", CultureInfo.InvariantCulture))) + (values.Count > 20 ? ", ...]" : "]");

    private static Gen<double> Between(double low, double high) =>
        from u in Gen.Choose(0, int.MaxValue) select low + ((high - low) * u / int.MaxValue);

    /// <summary>Half the rows, one class less, simpler numbers.</summary>
    private static IEnumerable<LogitBatch> Shrink(LogitBatch b)
    {
        if (b.Rows > 1)
        {
            yield return Take(b, 0, b.Rows / 2);
            yield return Take(b, b.Rows / 2, b.Rows - (b.Rows / 2));
        }

        if (b.ClassCount > 1 && b.Labels.All(l => l < b.ClassCount - 1))
        {
            double[] fewer = [.. b.Logits.Where((_, i) => i % b.ClassCount != b.ClassCount - 1)];
            yield return new LogitBatch(fewer, b.ClassCount - 1, b.Labels);
        }

        foreach (double[] simpler in Simpler(b.Logits, Rounded)) yield return b with { Logits = simpler };
    }

    private static LogitBatch Take(LogitBatch b, int start, int rows) =>
        new(b.Logits[(start * b.ClassCount)..((start + rows) * b.ClassCount)], b.ClassCount, b.Labels[start..(start + rows)]);

    private static IEnumerable<NumberArray> Shrink(NumberArray n) =>
        Parts(n.Values).Concat(Simpler(n.Values, Rounded)).Select(values => new NumberArray(values));

    /// <summary>0, or the whole number nearest.</summary>
    private static IEnumerable<double> Rounded(double value)
    {
        if (value == 0 || double.IsNaN(value)) yield break;
        double rounded = Math.Round(value);
        yield return rounded == value || double.IsInfinity(value) ? 0 : rounded;
    }

    private static IEnumerable<T[]> Parts<T>(T[] values)
    {
        if (values.Length < 2) yield break;
        yield return values[..(values.Length / 2)];
        yield return values[(values.Length / 2)..];
        yield return values[1..];
    }

    /// <summary>One of the first 200 numbers simpler.</summary>
    private static IEnumerable<double[]> Simpler(double[] values, Func<double, IEnumerable<double>> shrink)
    {
        for (int i = 0; i < Math.Min(values.Length, 200); i++)
        {
            foreach (double simpler in shrink(values[i]))
            {
                double[] copy = [.. values];
                copy[i] = simpler;
                yield return copy;
            }
        }
    }
}
