using System.Numerics;

namespace FastLoss.Testing;

/// <summary>A law on one element type; throws <see cref="Broken"/> where it does not hold.</summary>
internal interface ILaw<TInput>
{
    void Check<T>(TInput input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

internal sealed class ValueLaw(
    LossCalls loss, Func<double, double, double> definition, Func<double, double> ulps, Func<double, double, double>? scale, Places at)
    : ILaw<LossBatch>
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = batch.As<T>();
        T[] losses = new T[y.Length];
        loss.Of<T>().PerElement(y, t, losses);
        double factor = typeof(T) == typeof(double) ? 8 : 1;
        for (int i = 0; i < y.Length; i++)
        {
            double prediction = batch.Predictions[i], target = batch.Targets[i], expected = definition(prediction, target);
            double came = double.CreateTruncating(losses[i]), size = scale?.Invoke(prediction, target) ?? Math.Abs(expected);
            double allowed = ((ulps(prediction) + 0.5) * factor * Comparison.Ulp<T>() * size) + Comparison.Tiny<T>();
            if (Comparison.IsWithin(expected, came, allowed)) continue;

            // What the definition loses itself is a few last places of the numbers it begins with, or of 1.
            double lost = 16 * Comparison.Ulp<double>() * Math.Max(1, Math.Max(Math.Abs(prediction), Math.Abs(target)));
            string hint = Math.Abs(came - expected) > lost ? ""
                : "; so small a difference may be the definition's own: write it so that nothing cancels (StableMath has ln(1 + x), e^x - 1)";
            string what = $"the value of {Comparison.Name<T>()}{at.Text(prediction, target)}";
            throw new Broken(Comparison.Difference(what, expected, came, allowed) + hint);
        }
    }
}

internal sealed class SumLaw(LossCalls calls) : ILaw<LossBatch>
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementLoss<T> loss = calls.Of<T>();
        (T[] y, T[] t) = batch.As<T>();
        LossOptions<T> options = batch.Options<T>();
        T[] losses = new T[y.Length];
        LossTally tally = loss.PerElement(y, t, losses, options);
        Comparison.Equal(tally, loss.Evaluate(y, t, options), "the tally of Evaluate beside that of PerElement");
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
        double mean = count > 0 ? tally.Sum / tally.Weight : double.NaN;
        Comparison.Within(mean, tally.Mean, 1e-12 * Math.Abs(tally.Mean), $"the mean of {Comparison.Name<T>()}");
    }
}

/// <summary>The batch repeated to a few blocks, cut at one; and the batch itself, cut anywhere.</summary>
internal sealed class SplitLaw(LossCalls calls) : ILaw<LossBatch>
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (batch.Count == 0) return;
        ElementLoss<T> loss = calls.Of<T>();
        (T[] y, T[] t) = batch.As<T>();
        int n = (2 * LossTally.BlockLength) + (batch.Count % 97);
        T[] predictions = new T[n], targets = new T[n];
        for (int i = 0; i < n; i++) (predictions[i], targets[i]) = (y[i % y.Length], t[i % t.Length]);
        LossTally whole = loss.Evaluate(predictions, targets);
        foreach (int cut in (int[])[LossTally.BlockLength, 2 * LossTally.BlockLength])
        {
            LossTally first = loss.Evaluate(predictions.AsSpan(0, cut), targets.AsSpan(0, cut));
            LossTally parts = first + loss.Evaluate(predictions.AsSpan(cut), targets.AsSpan(cut));
            Comparison.Equal(whole, parts, $"the tally of two parts of {n} {Comparison.Name<T>()}, the batch repeated, cut at {cut},");
        }

        Anywhere(loss, batch, y, t);
    }

    private static void Anywhere<T>(ElementLoss<T> loss, LossBatch batch, T[] y, T[] t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int cut = batch.Count * 2 / 3;
        T[] losses = new T[y.Length];
        LossTally tally = loss.PerElement(y, t, losses, batch.Options<T>());
        LossTally first = loss.Evaluate(y.AsSpan(0, cut), t.AsSpan(0, cut), batch.Options<T>(0, cut));
        LossTally parts = first + loss.Evaluate(y.AsSpan(cut), t.AsSpan(cut), batch.Options<T>(cut, batch.Count));
        double size = losses.Sum(l => Math.Abs(double.CreateTruncating(l))), tolerance = typeof(T) == typeof(float) ? 1e-6 : 1e-13;
        Comparison.Equal(tally.Count, parts.Count, $"the count of two parts, cut at {cut},");
        Comparison.Within(tally.Sum, parts.Sum, tolerance * size, $"the sum of two parts of {Comparison.Name<T>()}, cut at {cut},");
    }
}

/// <summary>A formula and its derivative, and what else it has: on each register beside the widest.</summary>
internal sealed class RegisterLaw(LossCalls loss) : ILaw<LossBatch>
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Compare<T>(loss, batch, "value", "derivative");
        if (loss.Slope is LossCalls slope) Compare<T>(slope, batch, "derivative", "second derivative");
        if (loss.ByTarget is LossCalls side) Compare<T>(side, batch, "value", "derivative by the target");
    }

    private static void Compare<T>(LossCalls formula, LossBatch batch, string value, string derivative)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = batch.As<T>();
        T[] values = new T[y.Length], slopes = new T[y.Length], others = new T[y.Length], otherSlopes = new T[y.Length];
        int widest = FormulaRegisters.Widths[0];
        formula.OnRegister(widest, y, t, values, slopes);
        foreach (int bits in FormulaRegisters.Widths.Skip(1))
        {
            formula.OnRegister(bits, y, t, others, otherSlopes);
            Comparison.Same<T>(values, others, $"the {value} on {bits} bits, beside that on {widest},");
            Comparison.Same<T>(slopes, otherSlopes, $"the {derivative} on {bits} bits, beside that on {widest},");
        }
    }
}

internal sealed class AllocationLaw(LossCalls calls) : ILaw<LossBatch>
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementLoss<T> loss = calls.Of<T>();
        CurvedElementLoss<T>? curved = calls.Curved<T>();
        (T[] y, T[] t) = batch.As<T>();
        T[] gradient = new T[y.Length], curvature = new T[y.Length], weights = Array.ConvertAll(batch.Weights, T.CreateTruncating);
        Comparison.Nothing("Evaluate", () => loss.Evaluate(y, t));
        Comparison.Nothing("EvaluateWithGradient", () => loss.EvaluateWithGradient(y, t, gradient, Options()));
        Comparison.Nothing("PerElement", () => loss.PerElement(y, t, gradient));
        if (curved is not null) Comparison.Nothing("EvaluateWithCurvature", () => curved.EvaluateWithCurvature(y, t, gradient, curvature));

        LossOptions<T> Options() => new() { Weights = weights, Mask = batch.Mask };
    }
}
