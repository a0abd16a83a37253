using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Testing;

/// <summary>Predictions, targets, and perhaps weights and a mask, as a property receives them.</summary>
/// <param name="Predictions">y.</param>
/// <param name="Targets">t, as many.</param>
/// <param name="Weights">As many, or none.</param>
/// <param name="Mask">As many, or none.</param>
public sealed record LossBatch(double[] Predictions, double[] Targets, double[] Weights, bool[] Mask)
{
    /// <summary>
    /// Batches of a domain, of lengths around the lanes, blocks and chunks, with ties; they shrink to few elements of few digits.
    /// </summary>
    public static Arbitrary<LossBatch> Arbitrary(LossDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        Gen<double> prediction = domain.Predictions.Generate(), target = domain.Targets.Generate();
        Gen<double> usual = from w in Gen.Choose(1, 64) select w / 16.0;
        Gen<double> weight = Gen.Frequency((1, Gen.Constant(0.0)), (2, Gen.Constant(1.0)), (3, usual));
        return Arb.From(
            from length in Generators.Lengths
            from predictions in Gen.ArrayOf(prediction, length)
            from targets in Gen.ArrayOf(target, length)
            from ties in Gen.ArrayOf(Gen.Choose(0, 9), length)
            from hasWeights in Gen.Elements(true, false)
            from weights in Gen.ArrayOf(weight, hasWeights ? length : 0)
            from hasMask in Gen.Elements(true, false)
            from mask in Gen.ArrayOf(Gen.Elements(true, true, false), hasMask ? length : 0)
            select new LossBatch(Tie(predictions, targets, ties, domain), targets, weights, mask),
            batch => batch.Shrink(domain));
    }

    /// <summary>How many elements.</summary>
    public int Count => Predictions.Length;

    /// <summary>What an element counts: its weight, 0 where the mask is false.</summary>
    public double Weight(int index) => Mask.Length > 0 && !Mask[index] ? 0 : Weights.Length > 0 ? Weights[index] : 1;

    /// <summary>The predictions and targets as another type.</summary>
    public (T[] Predictions, T[] Targets) As<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (Array.ConvertAll(Predictions, T.CreateTruncating), Array.ConvertAll(Targets, T.CreateTruncating));

    /// <summary>The weights and mask of the elements from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public LossOptions<T> Options<T>(int start, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Weights = Weights.Length > 0 ? Array.ConvertAll(Weights[start..end], T.CreateTruncating) : [],
            Mask = Mask.Length > 0 ? Mask[start..end] : [],
        };

    /// <summary>The weights and mask of all elements.</summary>
    public LossOptions<T> Options<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Options<T>(0, Count);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count} element{(Count == 1 ? "" : "s")}, predictions {Shrinking.Text(Predictions)}, targets {Shrinking.Text(Targets)}")
        + (Weights.Length > 0 ? $", weights {Shrinking.Text(Weights)}" : "")
        + (Mask.Length > 0 ? $", mask {Shrinking.Text(Mask)}" : "");

    /// <summary>A prediction at its target, where the domain has it: there many losses have their corner.</summary>
    private static double[] Tie(double[] predictions, double[] targets, int[] ties, LossDomain domain) =>
        [.. predictions.Select((y, i) => ties[i] == 0 && domain.Predictions.Contains(targets[i]) ? targets[i] : y)];

    private IEnumerable<LossBatch> Shrink(LossDomain domain)
    {
        if (Weights.Length > 0) yield return this with { Weights = [] };
        if (Mask.Length > 0) yield return this with { Mask = [] };
        foreach ((int start, int count) in Shrinking.Cuts(Count))
        {
            yield return new(
                Shrinking.Without(Predictions, start, count),
                Shrinking.Without(Targets, start, count),
                Shrinking.Without(Weights, start, count),
                Shrinking.Without(Mask, start, count));
        }

        foreach (double[] simpler in Shrinking.Simpler(Targets, domain.Targets)) yield return this with { Targets = simpler };
        foreach (double[] simpler in Shrinking.Simpler(Predictions, domain.Predictions)) yield return this with { Predictions = simpler };
        for (int i = 0; i < Math.Min(Count, 20); i++)
        {
            if (Predictions[i] != Targets[i]) continue;
            foreach (double simpler in domain.Targets.Shrink(Targets[i]).Where(domain.Predictions.Contains))
            {
                double[] predictions = Shrinking.Replaced(Predictions, i, simpler);
                yield return this with { Predictions = predictions, Targets = Shrinking.Replaced(Targets, i, simpler) };
            }
        }

        for (int i = 0; i < Math.Min(Weights.Length, 100); i++)
        {
            if (Weights[i] is not (0 or 1)) yield return this with { Weights = Shrinking.Replaced(Weights, i, 1) };
        }

        for (int i = 0; i < Math.Min(Mask.Length, 100); i++)
        {
            if (!Mask[i]) yield return this with { Mask = Shrinking.Replaced(Mask, i, true) };
        }
    }
}
