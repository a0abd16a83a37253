using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Contracts;

/// <summary>Numbers in [0, 1) that a loss's domain makes predictions, targets, weights and a mask of.</summary>
internal sealed record Elements(double[] Units, int Kind)
{
    public static Arbitrary<Elements> Arbitrary() => Arb.From(
        from length in Gen.Frequency(
            (4, Gen.Choose(0, 70)),
            (2, from multiple in Gen.Choose(1, 9) from offset in Gen.Choose(-2, 2) select (multiple * 64) + offset),
            (1, from offset in Gen.Choose(-2, 70) select 8192 + offset))
        from units in Gen.ArrayOf(Gen.Choose(0, (1 << 20) - 1), length)
        from kind in Gen.Choose(0, 3)
        select new Elements(Array.ConvertAll(units, u => u / (double)(1 << 20)), kind), Shrink);

    private bool HasWeights => (Kind & 1) != 0;

    private bool HasMask => (Kind & 2) != 0;

    public (T[] Predictions, T[] Targets) Data<T>(ElementwiseCase c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ([.. Units.Select(u => Element<T>(c.Kind.Prediction(u)))], [.. Units.Select(u => Element<T>(c.Kind.Target(u * 977 % 1)))]);

    private static T Element<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating((float)value);

    /// <summary>What element i counts.</summary>
    public double Weight(int i)
    {
        if (HasMask && Units[i] * 331 % 1 < 0.3) return 0;
        double w = Units[i] * 613 % 1;
        return !HasWeights ? 1 : w < 0.2 ? 0 : (float)(4 * w);
    }

    public int Split(int length) => length == 0 ? 0 : (int)(Units[0] * (length + 1));

    public LossOptions<T> Options<T>(double? denominator = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Options<T>(0, Units.Length, denominator);

    public LossOptions<T> Options<T>(int start, int end, double? denominator = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] range = [.. Enumerable.Range(start, end - start)];
        return new()
        {
            Weights = HasWeights ? Array.ConvertAll(range, i => T.CreateTruncating(Units[i] * 613 % 1 < 0.2 ? 0 : (float)(4 * (Units[i] * 613 % 1)))) : [],
            Mask = HasMask ? Array.ConvertAll(range, i => Units[i] * 331 % 1 >= 0.3) : [],
            Denominator = denominator,
        };
    }

    public override string ToString() => $"{Units.Length} elements, kind {Kind}: [{string.Join(", ", Units.Take(100).Select(u => u.ToString("R")))}]";

    private static IEnumerable<Elements> Shrink(Elements e)
    {
        if (e.Kind != 0) yield return e with { Kind = 0 };
        if (e.Units.Length < 2) yield break;
        yield return e with { Units = e.Units[..(e.Units.Length / 2)] };
        yield return e with { Units = e.Units[(e.Units.Length / 2)..] };
        yield return e with { Units = e.Units[1..] };
    }
}
