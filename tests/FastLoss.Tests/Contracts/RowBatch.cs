using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Contracts;

/// <summary>Numbers in [0, 1) that a loss of rows makes its inputs, labels, weights and a mask of.</summary>
internal sealed record RowBatch(int Columns, double[] Units, int Kind)
{
    public int Rows => Columns == 0 ? 0 : Units.Length / Columns;

    public static Arbitrary<RowBatch> Arbitrary() => Arb.From(
        from columns in Gen.Frequency(
            (5, Gen.Choose(1, 40)),
            (2, from multiple in Gen.Choose(1, 8) from offset in Gen.Choose(-2, 2) select (multiple * 16) + offset),
            (1, Gen.Choose(500, 530)))
        from rows in Gen.Choose(0, columns > 200 ? 3 : 9)
        from units in Gen.ArrayOf(Gen.Choose(0, (1 << 20) - 1), rows * columns)
        from kind in Gen.Choose(0, 3)
        select new RowBatch(columns, Array.ConvertAll(units, u => u / (double)(1 << 20)), kind), Shrink);

    private bool HasWeights => (Kind & 1) != 0;

    private bool HasMask => (Kind & 2) != 0;

    /// <summary>One of the inputs; float values whatever the type, so that both types see the same numbers.</summary>
    public T[] Input<T>(int index, Func<double, double> domain)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Array.ConvertAll(Units, u => T.CreateTruncating((float)domain(((u * (1 + (index * 577))) + (index * 0.31)) % 1)));

    public int[] Labels(RowCase c) =>
        [.. Enumerable.Range(0, Rows).Select(r => c.Label(Units[r * Columns] * 991 % 1, r, Columns))];

    /// <summary>The batch as the routine takes it: single elements, or a square of the same numbers, and weights where it has them.</summary>
    public RowBatch For(RowCase c)
    {
        int side = Math.Min(40, (int)Math.Sqrt(Units.Length));
        return c.Shape switch
        {
            RowShape.Elements => this with { Columns = 1 },
            RowShape.Square => new(Math.Max(1, side), Units[..(side * side)], (c.Takes & RowOptions.Weights) != 0 ? Kind : Kind & ~1),
            _ => this,
        };
    }

    public double Weight(int r)
    {
        double u = Units[r * Columns];
        if (HasMask && u * 331 % 1 < 0.3) return 0;
        double w = u * 613 % 1;
        return !HasWeights ? 1 : w < 0.2 ? 0 : (float)(4 * w);
    }

    public T[] Weights<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HasWeights
        ? [.. Enumerable.Range(0, Rows).Select(r => Units[r * Columns] * 613 % 1).Select(w => T.CreateTruncating(w < 0.2 ? 0 : (float)(4 * w)))]
        : [];

    public bool[] Mask() => HasMask ? [.. Enumerable.Range(0, Rows).Select(r => Units[r * Columns] * 331 % 1 >= 0.3)] : [];

    public override string ToString() => $"{Rows} rows of {Columns}, kind {Kind}: [{string.Join(", ", Units.Take(60).Select(u => u.ToString("R")))}]";

    private static IEnumerable<RowBatch> Shrink(RowBatch b)
    {
        if (b.Kind != 0) yield return b with { Kind = 0 };
        if (b.Rows > 1)
        {
            yield return b with { Units = b.Units[..(b.Rows / 2 * b.Columns)] };
            yield return b with { Units = b.Units[(b.Rows / 2 * b.Columns)..] };
        }

        if (b.Columns > 1)
        {
            yield return new(b.Columns - 1, [.. b.Units.Where((_, i) => i % b.Columns != b.Columns - 1)], b.Kind);
        }
    }
}
