using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Support;

/// <summary>A batch of logits as a property receives it.</summary>
public sealed record Batch(double[] Logits, int ClassCount, int[] Labels)
{
    public int Rows => Labels.Length;

    public T[] As<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Logits, T.CreateTruncating);

    public override string ToString() =>
        $"{Rows} rows of {ClassCount}: [{string.Join(", ", Logits.Select(v => v.ToString("R")))}], labels [{string.Join(", ", Labels)}]";
}

/// <summary>An array of numbers as a property receives it.</summary>
public sealed record Numbers(double[] Values)
{
    public T[] As<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Values, T.CreateTruncating);

    public override string ToString() => $"{Values.Length}: [{string.Join(", ", Values.Select(v => v.ToString("R")))}]";
}

/// <summary>
/// FsCheck's own doubles stay within 100 and its arrays short. These have the lengths where vector code breaks (around
/// multiples of the lanes, the group of four vectors, the block and the chunk) and the values where losses break.
/// </summary>
public static class Generators
{
    private static readonly Gen<int> Lengths = Gen.Frequency(
        (6, Gen.Choose(0, 70)),
        (3, from multiple in Gen.Choose(1, 9) from offset in Gen.Choose(-2, 2) select Math.Max(0, (multiple * 64) + offset)),
        (1, from size in Gen.Elements(512, 1024, 8192) from offset in Gen.Choose(-2, 2) select size + offset));

    /// <summary>Logits: usual, spread, shifted far, tied, confident, masked.</summary>
    private static readonly Gen<double> Logit = Gen.Frequency(
        (10, Between(-5, 5)),
        (3, Between(-90, 90)),
        (1, Between(-1000, 1000)),
        (2, Gen.Elements(0.0, 1.0, -1.0, 20.0)),
        (1, Gen.Constant(double.NegativeInfinity)));

    /// <summary>Any magnitude a float can square and sum.</summary>
    private static readonly Gen<double> Magnitude =
        from mantissa in Between(1, 2)
        from exponent in Gen.Choose(-40, 40)
        from sign in Gen.Elements(-1.0, 1.0)
        select sign * Math.ScaleB(mantissa, exponent);

    public static Arbitrary<Batch> Batches() => Arb.From(
        from classCount in Gen.Frequency((5, Gen.Choose(1, 40)), (2, Gen.Choose(41, 200)), (1, Gen.Elements(511, 512, 513, 1025)))
        from rows in Gen.Choose(0, classCount > 200 ? 3 : 70)
        from shift in Gen.Frequency((4, Gen.Constant(0.0)), (1, Between(-200, 200)))
        from logits in Gen.ArrayOf(Logit, rows * classCount)
        from labels in Gen.ArrayOf(Gen.Choose(0, classCount - 1), rows)
        select new Batch(Array.ConvertAll(logits, v => (double)(float)(v + shift)), classCount, labels), Shrink);

    public static Arbitrary<Numbers> AnyNumbers() => Arb.From(
        from length in Lengths
        from values in Gen.ArrayOf(Magnitude, length)
        select new Numbers(Array.ConvertAll(values, v => (double)(float)v)), Shrink);

    private static Gen<double> Between(double low, double high) =>
        from u in Gen.Choose(0, int.MaxValue) select low + ((high - low) * u / int.MaxValue);

    /// <summary>Half the rows, one row less, one class less, simpler numbers.</summary>
    private static IEnumerable<Batch> Shrink(Batch b)
    {
        if (b.Rows > 1)
        {
            yield return Take(b, 0, b.Rows / 2);
            yield return Take(b, b.Rows / 2, b.Rows - (b.Rows / 2));
        }

        if (b.ClassCount > 1 && b.Labels.All(l => l < b.ClassCount - 1))
        {
            double[] fewer = [.. b.Logits.Where((_, i) => i % b.ClassCount != b.ClassCount - 1)];
            yield return new Batch(fewer, b.ClassCount - 1, b.Labels);
        }

        for (int i = 0; i < Math.Min(b.Logits.Length, 200); i++)
        {
            if (b.Logits[i] == 0) continue;
            double[] simpler = [.. b.Logits];
            simpler[i] = Math.Round(b.Logits[i]) == b.Logits[i] ? 0 : Math.Round(b.Logits[i]);
            yield return b with { Logits = simpler };
        }
    }

    private static Batch Take(Batch b, int start, int rows) =>
        new(b.Logits[(start * b.ClassCount)..((start + rows) * b.ClassCount)], b.ClassCount, b.Labels[start..(start + rows)]);

    private static IEnumerable<Numbers> Shrink(Numbers n)
    {
        if (n.Values.Length > 1)
        {
            yield return new Numbers(n.Values[..(n.Values.Length / 2)]);
            yield return new Numbers(n.Values[(n.Values.Length / 2)..]);
            yield return new Numbers(n.Values[1..]);
        }

        for (int i = 0; i < Math.Min(n.Values.Length, 100); i++)
        {
            if (n.Values[i] is 0 or 1) continue;
            double[] simpler = [.. n.Values];
            simpler[i] = n.Values[i] == Math.Round(n.Values[i]) ? 1 : Math.Round(n.Values[i]);
            yield return new Numbers(simpler);
        }
    }
}
