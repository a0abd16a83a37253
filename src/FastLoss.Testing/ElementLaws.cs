using System.Numerics;

namespace FastLoss.Testing;

/// <summary>A law of a loss, on one element type.</summary>
internal interface ILossLaw
{
    void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

internal readonly struct ValueLaw<TLoss>(TLoss loss, Func<double, double, double> definition, LossDomain domain) : ILossLaw
    where TLoss : struct, IElementwiseLoss
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = batch.As<T>();
        T[] losses = new T[y.Length];
        Loss.PerElement(loss, y, t, losses);
        double factor = typeof(T) == typeof(double) ? 8 : 1;
        for (int i = 0; i < y.Length; i++)
        {
            double at = batch.Predictions[i], target = batch.Targets[i], expected = definition(at, target);
            double size = domain.Scale?.Invoke(at, target) ?? Math.Abs(expected);
            double allowed = ((domain.Ulps + 0.5) * factor * Comparison.Ulp<T>() * size) + Comparison.Tiny<T>();
            Comparison.Within(expected, double.CreateTruncating(losses[i]), allowed, $"the value of {Comparison.Name<T>()} at y = {Comparison.Text(at)}, t = {Comparison.Text(target)}");
        }
    }
}

internal readonly struct SumLaw<TLoss>(TLoss loss) : ILossLaw
    where TLoss : struct, IElementwiseLoss
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = batch.As<T>();
        LossOptions<T> options = batch.Options<T>();
        T[] losses = new T[y.Length];
        LossTally tally = Loss.PerElement(loss, y, t, losses, options);
        Comparison.Equal(tally, Loss.Evaluate(loss, y, t, options), "the tally of Evaluate beside that of PerElement");
        double sum = 0, size = 0, weight = 0;
        long count = 0;
        for (int i = 0; i < y.Length; i++)
        {
            sum += double.CreateTruncating(losses[i]);
            size += Math.Abs(double.CreateTruncating(losses[i]));
            weight += batch.Weight(i);
            if (batch.Weight(i) != 0) count++;
        }

        double tolerance = typeof(T) == typeof(float) ? 1e-6 : 1e-13;
        Comparison.Within(sum, tally.Sum, tolerance * size, $"the sum of {Comparison.Name<T>()}");
        Comparison.Within(weight, tally.Weight, 1e-6 * weight, $"the weight of {Comparison.Name<T>()}");
        Comparison.Equal(count, tally.Count, "the count");
        if (count > 0) Comparison.Within(tally.Sum / tally.Weight, tally.Mean, 1e-12 * Math.Abs(tally.Mean), $"the mean of {Comparison.Name<T>()}");
        else Comparison.Equal(true, double.IsNaN(tally.Mean), "whether the mean of nothing is NaN");
    }
}

internal readonly struct OnePassLaw<TLoss>(TLoss loss) : ILossLaw
    where TLoss : struct, IElementwiseLoss
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = batch.As<T>();
        LossOptions<T> options = batch.Options<T>();
        T[] both = new T[y.Length], alone = new T[y.Length];
        LossTally tally = Loss.EvaluateWithGradient(loss, y, t, both, options);
        Loss.Gradient(loss, y, t, alone, options);
        Comparison.Equal(Loss.Evaluate(loss, y, t, options), tally, "the tally of EvaluateWithGradient beside that of Evaluate");
        Comparison.Same<T>(alone, both, "the gradient of one pass beside that alone");
    }
}

internal readonly struct InPlaceLaw<TLoss>(TLoss loss) : ILossLaw
    where TLoss : struct, IElementwiseLoss
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = batch.As<T>();
        LossOptions<T> options = batch.Options<T>();
        T[] gradient = new T[y.Length], losses = new T[y.Length];
        Loss.Gradient(loss, y, t, gradient, options);
        Loss.PerElement(loss, y, t, losses, options);
        T[] inPlace = [.. y];
        Loss.Gradient(loss, inPlace, t, inPlace, options);
        Comparison.Same<T>(gradient, inPlace, "the gradient over the predictions");
        inPlace = [.. t];
        Loss.Gradient(loss, y, inPlace, inPlace, options);
        Comparison.Same<T>(gradient, inPlace, "the gradient over the targets");
        inPlace = [.. y];
        Loss.PerElement(loss, inPlace, t, inPlace, options);
        Comparison.Same<T>(losses, inPlace, "the losses over the predictions");
    }
}

internal readonly struct NotCountedLaw<TLoss>(TLoss loss) : ILossLaw
    where TLoss : struct, IElementwiseLoss
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = batch.As<T>();
        LossOptions<T> options = batch.Options<T>();
        T[] clean = new T[y.Length], dirty = new T[y.Length];
        LossTally tally = Loss.EvaluateWithGradient(loss, y, t, clean, options);
        for (int i = 0; i < y.Length; i++)
        {
            if (batch.Weight(i) != 0) continue;
            Comparison.Equal(T.Zero, clean[i], $"the gradient of element {i}, which does not count,");
            y[i] = i % 3 == 0 ? T.NaN : i % 3 == 1 ? T.PositiveInfinity : T.NegativeInfinity;
            t[i] = i % 2 == 0 ? T.NaN : -T.One;
        }

        Comparison.Equal(tally, Loss.EvaluateWithGradient(loss, y, t, dirty, options), "the tally with NaN where nothing counts");
        Comparison.Same<T>(clean, dirty, "the gradient with NaN where nothing counts");
    }
}

internal readonly struct WeightLaw<TLoss>(TLoss loss) : ILossLaw
    where TLoss : struct, IElementwiseLoss
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = batch.As<T>();
        T[] gradient = new T[y.Length], slopes = new T[y.Length];
        double total = Loss.EvaluateWithGradient(loss, y, t, gradient, batch.Options<T>()).Weight;
        Loss.Gradient(loss, y, t, slopes, new() { Denominator = 1 });
        double tolerance = typeof(T) == typeof(float) ? 1e-6 : 1e-14;
        for (int i = 0; i < y.Length; i++)
        {
            double expected = batch.Weight(i) == 0 ? 0 : double.CreateTruncating(slopes[i]) * batch.Weight(i) / total;
            Comparison.Within(
                expected, double.CreateTruncating(gradient[i]), (tolerance * Math.Abs(expected)) + Comparison.Tiny<T>(), $"the gradient of {Comparison.Name<T>()} of element {i}, weight {batch.Weight(i)} of {total},");
        }
    }
}

/// <summary>The batch repeated to a few blocks, cut at one.</summary>
internal readonly struct SplitLaw<TLoss>(TLoss loss, int block) : ILossLaw
    where TLoss : struct, IElementwiseLoss
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (batch.Count == 0) return;
        (T[] y, T[] t) = batch.As<T>();
        int n = (2 * block) + (batch.Count % 97);
        T[] predictions = new T[n], targets = new T[n];
        for (int i = 0; i < n; i++) (predictions[i], targets[i]) = (y[i % y.Length], t[i % t.Length]);
        LossTally whole = Loss.Evaluate<TLoss, T>(loss, predictions, targets);
        foreach (int cut in (int[])[block, 2 * block])
        {
            LossTally parts = Loss.Evaluate<TLoss, T>(loss, predictions.AsSpan(0, cut), targets.AsSpan(0, cut))
                + Loss.Evaluate<TLoss, T>(loss, predictions.AsSpan(cut), targets.AsSpan(cut));
            Comparison.Equal(whole, parts, $"the tally of two parts of {Comparison.Name<T>()}, cut at {cut},");
        }
    }
}

internal readonly struct RegisterLaw<TLoss>(TLoss loss) : ILossLaw
    where TLoss : struct, IElementwiseLoss
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = batch.As<T>();
        T[] values = new T[y.Length], slopes = new T[y.Length], others = new T[y.Length], otherSlopes = new T[y.Length];
        FormulaRegisters.Evaluate<TLoss, T>(FormulaRegisters.Widths[0], loss, y, t, values, slopes);
        foreach (int bits in FormulaRegisters.Widths.Skip(1))
        {
            FormulaRegisters.Evaluate<TLoss, T>(bits, loss, y, t, others, otherSlopes);
            Comparison.Same<T>(values, others, $"the value on {bits} bits, beside that on {FormulaRegisters.Widths[0]},");
            Comparison.Same<T>(slopes, otherSlopes, $"the derivative on {bits} bits, beside that on {FormulaRegisters.Widths[0]},");
        }
    }
}

internal readonly struct AllocationLaw<TLoss>(TLoss loss) : ILossLaw
    where TLoss : struct, IElementwiseLoss
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = batch.As<T>();
        T[] gradient = new T[y.Length], weights = Array.ConvertAll(batch.Weights, T.CreateTruncating);
        TLoss formula = loss;
        Comparison.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient(formula, y, t, gradient, new() { Weights = weights, Mask = batch.Mask })), "the bytes that EvaluateWithGradient allocates");
        Comparison.Equal(0, Comparison.Allocated(() => Loss.PerElement(formula, y, t, gradient)), "the bytes that PerElement allocates");
    }
}
