using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Testing;

/// <summary>
/// FsCheck's own doubles stay within 100 and its arrays short. These have the lengths where vector code breaks (around
/// multiples of the lanes, the group of four vectors, the block and the chunk) and the values where losses break. All shrink.
/// </summary>
/// <remarks>
/// For a property of xUnit: <c>[Property(Arbitrary = [typeof(Generators)])]</c>; with any framework: <c>Prop.ForAll(Generators.Batches(),
/// ...)</c>.
/// </remarks>
public static class Generators
{
    private static readonly double[] s_specials = [0.0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    /// <summary>0 to 70 mostly; around multiples of 64, 512, 1,024 and 8,192.</summary>
    public static Gen<int> Lengths { get; } = Gen.Frequency(
        (6, Gen.Choose(0, 70)),
        (3, from multiple in Gen.Choose(1, 9) from offset in Gen.Choose(-2, 2) select Math.Max(0, (multiple * 64) + offset)),
        (1, from size in Gen.Elements(512, 1024, 8192) from offset in Gen.Choose(-2, 2) select size + offset));

    /// <summary><see cref="Lengths"/> from <paramref name="least"/> on.</summary>
    public static Arbitrary<int> LengthsFrom(int least) => Arb.From(
        from length in Lengths select Math.Max(least, length),
        n => new[] { least, n / 2, n - 1 }.Where(m => m >= least && m < n).Distinct());

    /// <summary>Any 64 bits as a double: NaN of all kinds, subnormal numbers, both zeros and infinities among them.</summary>
    public static Gen<double> BitPatterns { get; } =
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from special in Gen.Choose(0, 19)
        select special switch
        {
            < 5 => s_specials[special],
            5 => double.Epsilon,
            6 => BitConverter.Int64BitsToDouble(((long)high << 32 | (uint)low) & unchecked((long)0x800FFFFFFFFFFFFF)),
            _ => BitConverter.Int64BitsToDouble((long)high << 32 | (uint)low),
        };

    /// <summary>
    /// Any 32 bits as a float, widened: what <see cref="BitPatterns"/> are for floats, of which those are mostly 0 or infinite.
    /// </summary>
    public static Gen<double> FloatBitPatterns { get; } =
        from bits in Gen.Choose(int.MinValue, int.MaxValue)
        from special in Gen.Choose(0, 19)
        select special switch
        {
            < 5 => s_specials[special],
            5 => float.Epsilon,
            6 => (double)BitConverter.Int32BitsToSingle(bits & unchecked((int)0x807FFFFF)),
            _ => BitConverter.Int32BitsToSingle(bits),
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
    public static Arbitrary<NumberArray> AnyNumbers() => Of(from v in Magnitudes select (double)(float)v, null);

    /// <summary>Arrays of <see cref="BitPatterns"/>.</summary>
    public static Arbitrary<NumberArray> AnyBits() => Of(BitPatterns, null);

    /// <summary>Arrays of <see cref="FloatBitPatterns"/>.</summary>
    /// <param name="length">How long; any of <see cref="Lengths"/> where it is null.</param>
    public static Arbitrary<NumberArray> AnyFloatBits(int? length = null) => Of(FloatBitPatterns, null, length);

    /// <summary>Arrays of a domain's numbers.</summary>
    public static Arbitrary<NumberArray> Numbers(NumberDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return Of(domain.Generate(), domain);
    }

    /// <summary>Arrays of a domain's numbers of which one in ten is NaN or infinite.</summary>
    public static Arbitrary<NumberArray> NumbersAndSpecials(NumberDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        Gen<double> special = Gen.Elements(double.NaN, double.PositiveInfinity, double.NegativeInfinity);
        return Of(Gen.Frequency((9, domain.Generate()), (1, special)), domain);
    }

    /// <summary>Arrays of one, two or three numbers of a domain, so that most elements have an equal.</summary>
    public static Arbitrary<NumberArray> Ties(NumberDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return Arb.From(
            from length in Lengths
            from few in Gen.ArrayOf(domain.Generate(), 3)
            from values in Gen.ArrayOf(Gen.Elements(few), length)
            select new NumberArray(values),
            n => Shrink(n, domain));
    }

    /// <summary>Labels of 1 to 40 classes, or of 255, 256, 1,000 or 50,257: around the last that a byte holds, and many.</summary>
    public static Arbitrary<LabelArray> Labels() => Arb.From(
        from classCount in Gen.Frequency((5, Gen.Choose(1, 40)), (1, Gen.Elements(255, 256, 1000, 50_257)))
        from length in Lengths
        from labels in Gen.ArrayOf(Gen.Choose(0, classCount - 1), length)
        select new LabelArray(labels, classCount),
        Shrink);

    /// <summary>Masks of any length, one third of them false.</summary>
    public static Arbitrary<MaskArray> Masks() => Arb.From(
        from length in Lengths
        from mask in Gen.ArrayOf(Gen.Elements(true, true, false), length)
        select new MaskArray(mask),
        m => Shrinking.Parts(m.Counts).Select(v => new MaskArray(v)));

    private static Arbitrary<NumberArray> Of(Gen<double> number, NumberDomain? domain, int? length = null) => Arb.From(
        from count in length is int n ? Gen.Constant(n) : Lengths
        from values in Gen.ArrayOf(number, count)
        select new NumberArray(values),
        n => Shrink(n, domain).Where(m => length is null || m.Values.Length == length));

    private static Gen<double> Between(double low, double high) =>
        from u in Gen.Choose(0, int.MaxValue) select low + ((high - low) * u / int.MaxValue);

    private static IEnumerable<NumberArray> Shrink(NumberArray n, NumberDomain? domain) =>
        Shrinking.Parts(n.Values).Concat(Shrinking.Simpler(n.Values, domain)).Select(values => new NumberArray(values));

    /// <summary>Fewer rows, one class less, simpler numbers.</summary>
    private static IEnumerable<LogitBatch> Shrink(LogitBatch b)
    {
        foreach ((int start, int count) in Shrinking.Cuts(b.Rows))
        {
            double[] logits = Shrinking.Without(b.Logits, start * b.ClassCount, count * b.ClassCount);
            yield return new(logits, b.ClassCount, Shrinking.Without(b.Labels, start, count));
        }

        for (int column = b.ClassCount - 1; column >= Math.Max(0, b.ClassCount - 24) && b.ClassCount > 1; column--)
        {
            int gone = column;
            double[] fewer = [.. b.Logits.Where((_, i) => i % b.ClassCount != gone)];
            yield return new(fewer, b.ClassCount - 1, Array.ConvertAll(b.Labels, l => l == gone ? 0 : l > gone ? l - 1 : l));
        }

        foreach (double[] simpler in Shrinking.Simpler(b.Logits, null)) yield return b with { Logits = simpler };
        for (int r = 0; r < Math.Min(b.Rows, 100); r++)
        {
            if (b.Labels[r] != 0) yield return b with { Labels = Shrinking.Replaced(b.Labels, r, 0) };
        }
    }

    /// <summary>Fewer labels, fewer classes, the first class.</summary>
    private static IEnumerable<LabelArray> Shrink(LabelArray a)
    {
        foreach (int[] part in Shrinking.Parts(a.Labels)) yield return a with { Labels = part };
        int needed = a.Labels.Length == 0 ? 1 : a.Labels.Max() + 1;
        if (needed < a.ClassCount) yield return a with { ClassCount = needed };
        for (int i = 0; i < Math.Min(a.Labels.Length, 100); i++)
        {
            int label = a.Labels[i];
            foreach (int simpler in new[] { 0, label / 2, label - 1 }.Where(l => l >= 0 && l < label).Distinct())
                yield return a with { Labels = Shrinking.Replaced(a.Labels, i, simpler) };
        }
    }
}
