using System.Numerics;

namespace FastLoss.Testing;

internal sealed class OnePassLaw(LossCalls calls) : ILaw<LossBatch>
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementLoss<T> loss = calls.Of<T>();
        (T[] y, T[] t) = batch.As<T>();
        LossOptions<T> options = batch.Options<T>();
        T[] both = new T[y.Length], alone = new T[y.Length], curvature = new T[y.Length];
        LossTally value = loss.Evaluate(y, t, options), tally = loss.EvaluateWithGradient(y, t, both, options);
        loss.Gradient(y, t, alone, options);
        Comparison.Equal(value, tally, "the tally of EvaluateWithGradient beside that of Evaluate");
        Comparison.Same<T>(alone, both, "the gradient of EvaluateWithGradient beside that of Gradient");
        if (calls.Curved<T>() is not CurvedElementLoss<T> curved) return;
        tally = curved.EvaluateWithCurvature(y, t, both, curvature, options);
        Comparison.Equal(value, tally, "the tally of EvaluateWithCurvature beside that of Evaluate");
        Comparison.Same<T>(alone, both, "the gradient of EvaluateWithCurvature beside that of Gradient");
    }
}

internal sealed class InPlaceLaw(LossCalls calls) : ILaw<LossBatch>
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementLoss<T> loss = calls.Of<T>();
        (T[] y, T[] t) = batch.As<T>();
        LossOptions<T> options = batch.Options<T>();
        T[] gradient = new T[y.Length], losses = new T[y.Length];
        LossTally tally = loss.EvaluateWithGradient(y, t, gradient, options);
        loss.PerElement(y, t, losses, options);
        T[] inPlace = [.. y];
        Comparison.Equal(tally, loss.EvaluateWithGradient(inPlace, t, inPlace, options), "the tally, gradient over the predictions,");
        Comparison.Same<T>(gradient, inPlace, "the gradient over the predictions");
        inPlace = [.. t];
        Comparison.Equal(tally, loss.EvaluateWithGradient(y, inPlace, inPlace, options), "the tally, gradient over the targets,");
        Comparison.Same<T>(gradient, inPlace, "the gradient over the targets");
        inPlace = [.. y];
        loss.PerElement(inPlace, t, inPlace, options);
        Comparison.Same<T>(losses, inPlace, "the losses over the predictions");
        if (calls.Curved<T>() is not CurvedElementLoss<T> curved) return;
        T[] slopes = new T[y.Length], curvature = new T[y.Length], overTargets = [.. t];
        inPlace = [.. y];
        curved.EvaluateWithCurvature(y, t, slopes, curvature, options);
        curved.EvaluateWithCurvature(inPlace, overTargets, inPlace, overTargets, options);
        Comparison.Same<T>(slopes, inPlace, "the gradient beside the second derivative, over the predictions");
        Comparison.Same<T>(curvature, overTargets, "the second derivative over the targets");
    }
}

internal sealed class NotCountedLaw(LossCalls calls) : ILaw<LossBatch>
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementLoss<T> loss = calls.Of<T>();
        (T[] y, T[] t) = batch.As<T>();
        LossOptions<T> options = batch.Options<T>();
        T[] clean = new T[y.Length], dirty = new T[y.Length];
        LossTally tally = loss.EvaluateWithGradient(y, t, clean, options);
        for (int i = 0, which = 0; i < y.Length; i++)
        {
            if (batch.Weight(i) != 0) continue;
            Comparison.Equal(T.Zero, clean[i], $"the gradient of element {i}, which does not count,");
            y[i] = (which % 3) switch { 0 => T.NaN, 1 => T.PositiveInfinity, _ => T.NegativeInfinity };
            t[i] = which++ % 2 == 0 ? T.NaN : -T.One;
        }

        Comparison.Equal(tally, loss.EvaluateWithGradient(y, t, dirty, options), "the tally with NaN where nothing counts");
        Comparison.Same<T>(clean, dirty, "the gradient with NaN where nothing counts");
    }
}

internal sealed class WeightLaw(LossCalls calls) : ILaw<LossBatch>
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementLoss<T> loss = calls.Of<T>();
        (T[] y, T[] t) = batch.As<T>();
        LossOptions<T> options = batch.Options<T>();
        T[] losses = new T[y.Length], plain = new T[y.Length], gradient = new T[y.Length], slopes = new T[y.Length];
        double total = loss.PerElement(y, t, losses, options).Weight;
        loss.PerElement(y, t, plain);
        loss.Gradient(y, t, gradient, options);
        loss.Gradient(y, t, slopes, new() { Denominator = 1 });
        Compare(batch, 1, plain, losses, "loss");
        Compare(batch, total, slopes, gradient, "gradient");
        if (calls.Curved<T>() is not CurvedElementLoss<T> curved) return;
        T[] curvature = new T[y.Length], bends = new T[y.Length];
        curved.EvaluateWithCurvature(y, t, gradient, curvature, options);
        curved.EvaluateWithCurvature(y, t, slopes, bends, new() { Denominator = 1 });
        Compare(batch, total, bends, curvature, "second derivative");
    }

    private static void Compare<T>(LossBatch batch, double total, T[] plain, T[] weighed, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double tolerance = typeof(T) == typeof(float) ? 1e-6 : 1e-14;
        string over = total == 1 ? "" : $" of {total}";
        for (int i = 0; i < plain.Length; i++)
        {
            double weight = batch.Weight(i), expected = weight == 0 ? 0 : double.CreateTruncating(plain[i]) * weight / total;
            double allowed = (tolerance * Math.Abs(expected)) + Comparison.Tiny<T>();
            string which = $"the {what} of {Comparison.Name<T>()} of element {i}, weight {weight}{over},";
            Comparison.Within(expected, double.CreateTruncating(weighed[i]), allowed, which);
        }
    }
}

/// <summary>NaN in one element's prediction, or its target, and nowhere else.</summary>
internal sealed class NaNLaw(LossCalls calls, bool hasTargets) : ILaw<LossBatch>
{
    public void Check<T>(LossBatch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (batch.Count == 0) return;
        ElementLoss<T> loss = calls.Of<T>();
        (T[] y, T[] t) = batch.As<T>();
        T[] values = new T[y.Length], slopes = new T[y.Length];
        int at = batch.Count / 2;
        string argument = hasTargets ? "prediction" : "argument";
        (T prediction, y[at]) = (y[at], T.NaN);
        loss.PerElement(y, t, values);
        loss.Gradient(y, t, slopes);
        Comparison.NotLost(values[at], $"the value of {Comparison.Name<T>()} where the {argument} is NaN");
        Comparison.NotLost(slopes[at], $"the derivative of {Comparison.Name<T>()} where the {argument} is NaN");
        if (!hasTargets) return;
        (y[at], t[at]) = (prediction, T.NaN);
        loss.PerElement(y, t, values);
        Comparison.NotLost(values[at], $"the value of {Comparison.Name<T>()} where the target is NaN");
    }
}
