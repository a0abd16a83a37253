using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Contracts;

/// <summary>The laws every element-wise loss obeys, in float and double, for weights, masks, lengths and splits of all kinds.</summary>
public class ElementwiseLossContract
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(25).WithQuietOnSuccess(true);

    public static TheoryData<string> Names => [.. ElementwiseCase.All.Select(c => c.Name)];

    private static ElementwiseCase Find(string name) => ElementwiseCase.All.Single(c => c.Name == name);

    [Theory, MemberData(nameof(Names))]
    public void EachElementIsTheDefinition(string name) => For(name, (c, e) =>
    {
        Definition(c, c.Float, e, Math.ScaleB(1, -23), 1e-37);
        Definition(c, c.Double, e, Math.ScaleB(1, -52) * 8, 1e-300);
    });

    private static void Definition<T>(ElementwiseCase c, CurvedElementLoss<T> loss, Elements e, double ulp, double tiny)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = e.Data<T>(c);
        T[] losses = new T[y.Length];
        loss.PerElement(y, t, losses);
        for (int i = 0; i < y.Length; i++)
        {
            double yi = double.CreateTruncating(y[i]), ti = double.CreateTruncating(t[i]);
            double expected = c.Value(yi, ti), actual = double.CreateTruncating(losses[i]);
            double allowed = (c.Ulps + 0.5) * ulp * (c.Scale?.Invoke(yi, ti) ?? Math.Abs(expected));
            Assert.True(Math.Abs(actual - expected) <= allowed + tiny, $"{c.Name} of {typeof(T).Name} y = {yi:R}, t = {ti:R}: {actual:R}, not {expected:R}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void TheSumIsOfTheElementsAndTheMeanOfTheSum(string name) => For(name, (c, e) =>
    {
        Sums(c, c.Float, e, 1e-6);
        Sums(c, c.Double, e, 1e-13);
    });

    private static void Sums<T>(ElementwiseCase c, CurvedElementLoss<T> loss, Elements e, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = e.Data<T>(c);
        LossOptions<T> options = e.Options<T>();
        T[] losses = new T[y.Length];
        LossTally tally = loss.PerElement(y, t, losses, options);
        Assert.Equal(tally, loss.Evaluate(y, t, options));
        double sum = 0, size = 0, weight = 0;
        long count = 0;
        for (int i = 0; i < y.Length; i++)
        {
            sum += double.CreateTruncating(losses[i]);
            size += Math.Abs(double.CreateTruncating(losses[i]));
            weight += e.Weight(i);
            if (e.Weight(i) != 0) count++;
        }

        Assert.InRange(tally.Sum, sum - (tolerance * size), sum + (tolerance * size));
        Assert.InRange(tally.Weight, weight * (1 - 1e-6), weight * (1 + 1e-6));
        Assert.Equal(count, tally.Count);
        if (count > 0) Assert.Equal(tally.Sum, tally.Mean * tally.Weight, 1e-12 * Math.Abs(tally.Sum));
        else Assert.Equal((0, true), (tally.Sum, double.IsNaN(tally.Mean)));
        Assert.Equal(tally, loss.Evaluate(y, t, e.Options<T>(7)));

        // Any split into two adds to the whole.
        int k = e.Split(y.Length);
        LossTally parts = loss.Evaluate(y.AsSpan(0, k), t.AsSpan(0, k), e.Options<T>(0, k))
            + loss.Evaluate(y.AsSpan(k), t.AsSpan(k), e.Options<T>(k, y.Length));
        Assert.Equal(tally.Count, parts.Count);
        Assert.InRange(parts.Sum, tally.Sum - (tolerance * size), tally.Sum + (tolerance * size));
        Assert.InRange(parts.Weight, tally.Weight * (1 - 1e-6), tally.Weight * (1 + 1e-6));
    }

    [Theory, MemberData(nameof(Names))]
    public void OnePassGivesTheBitsOfTwo(string name) => For(name, (c, e) =>
    {
        Passes(c, c.Float, e);
        Passes(c, c.Double, e);
    });

    private static void Passes<T>(ElementwiseCase c, CurvedElementLoss<T> loss, Elements e)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = e.Data<T>(c);
        LossOptions<T> options = e.Options<T>();
        T[] both = new T[y.Length], alone = new T[y.Length], losses = new T[y.Length];
        LossTally tally = loss.EvaluateWithGradient(y, t, both, options);
        loss.Gradient(y, t, alone, options);
        Assert.Equal(loss.Evaluate(y, t, options), tally);
        Close.Same<T>(alone, both, c.Name);
        T[] inPlace = [.. y];
        Assert.Equal(tally, loss.EvaluateWithGradient(inPlace, t, inPlace, options));
        Close.Same<T>(alone, inPlace, $"{c.Name} over the predictions");
        inPlace = [.. t];
        Assert.Equal(tally, loss.EvaluateWithGradient(y, inPlace, inPlace, options));
        Close.Same<T>(alone, inPlace, $"{c.Name} over the targets");
        loss.PerElement(y, t, losses, options);
        inPlace = [.. y];
        loss.PerElement(inPlace, t, inPlace, options);
        Close.Same<T>(losses, inPlace, $"{c.Name} losses in place");
    }

    [Theory, MemberData(nameof(Names))]
    public void WhatDoesNotCountChangesNothing(string name) => For(name, (c, e) =>
    {
        Masked(c, c.Float, e);
        Masked(c, c.Double, e);
    });

    private static void Masked<T>(ElementwiseCase c, CurvedElementLoss<T> loss, Elements e)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = e.Data<T>(c);
        T[] clean = new T[y.Length], dirty = new T[y.Length];
        LossTally tally = loss.EvaluateWithGradient(y, t, clean, e.Options<T>());
        for (int i = 0; i < y.Length; i++)
        {
            if (e.Weight(i) != 0) continue;
            Assert.Equal(T.Zero, clean[i]);
            y[i] = i % 3 == 0 ? T.NaN : i % 3 == 1 ? T.PositiveInfinity : T.NegativeInfinity;
            t[i] = i % 2 == 0 ? T.NaN : -T.One;
        }

        Assert.Equal(tally, loss.EvaluateWithGradient(y, t, dirty, e.Options<T>()));
        Close.Same<T>(clean, dirty, $"{c.Name}, NaN where nothing counts");
    }

    [Theory, MemberData(nameof(Names))]
    public void TheGradientIsTheDerivativeTimesWeightOverTotal(string name) => For(name, (c, e) =>
    {
        Scaled(c, c.Float, e, 1e-6);
        Scaled(c, c.Double, e, 1e-14);
    });

    private static void Scaled<T>(ElementwiseCase c, CurvedElementLoss<T> loss, Elements e, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = e.Data<T>(c);
        T[] gradient = new T[y.Length], slopes = new T[y.Length];
        double total = loss.EvaluateWithGradient(y, t, gradient, e.Options<T>()).Weight;
        loss.Gradient(y, t, slopes, new() { Denominator = 1 });
        for (int i = 0; i < y.Length; i++)
        {
            double expected = e.Weight(i) == 0 ? 0 : double.CreateTruncating(slopes[i]) * e.Weight(i) / total;
            Assert.True(Close.IsClose(expected, double.CreateTruncating(gradient[i]), tolerance, 1e-37), $"{c.Name}: {gradient[i]}, not {expected:R}");
        }
    }

    /// <summary>The double derivative is the numerical one, the float derivative the double one.</summary>
    [Theory, MemberData(nameof(Names))]
    public void TheDerivativeIsTheNumericalOne(string name)
    {
        ElementwiseCase c = Find(name);
        int compared = 0;
        for (int i = 0; i < 40; i++)
        {
            double y = (float)c.Kind.Prediction(((i * 0.618034) + 0.11) % 1), t = (float)c.Kind.Target(((i * 0.414214) + 0.07) % 1);
            double slope = c.Double.Derivative(y, t);
            double size = Math.Max(Math.Abs(slope), 1e-3 * Math.Abs(c.Value(y, t)));
            Assert.InRange(c.Float.Derivative(y, t), slope - (3e-5 * size) - 1e-6, slope + (3e-5 * size) + 1e-6);
            if (c.Kinks(t).Any(k => Math.Abs(k - y) < 0.2 * Math.Max(1, Math.Abs(y)))) continue;
            DerivativeEstimate<double> numerical = NumericalDerivative.Adaptive(v => c.Double.Value(v, t), y);
            if (!double.IsFinite(numerical.Value)) continue;
            double allowed = (10 * numerical.Error) + (1e-8 * (Math.Abs(slope) + Math.Abs(c.Value(y, t)) + 1e-3));
            Assert.True(Math.Abs(slope - numerical.Value) <= allowed, $"{name} at y = {y:R}, t = {t:R}: {slope:R}, numerically {numerical.Value:R} within {numerical.Error:R}");
            compared++;
        }

        Assert.True(compared >= 10, $"{name}: only {compared} points compared");
    }

    /// <summary>The double second derivative is the numerical one of the derivative, the float one the double one.</summary>
    [Theory, MemberData(nameof(Names))]
    public void TheSecondDerivativeIsTheNumericalOne(string name)
    {
        ElementwiseCase c = Find(name);
        int compared = 0;
        for (int i = 0; i < 40; i++)
        {
            double y = (float)c.Kind.Prediction(((i * 0.618034) + 0.11) % 1), t = (float)c.Kind.Target(((i * 0.414214) + 0.07) % 1);
            double curvature = c.Double.SecondDerivative(y, t), slope = c.Double.Derivative(y, t);
            double size = Math.Abs(curvature) + (1e-3 * Math.Abs(slope));
            Assert.InRange(c.Float.SecondDerivative(y, t), curvature - (1e-4 * size) - 1e-6, curvature + (1e-4 * size) + 1e-6);
            if (c.Kinks(t).Any(k => Math.Abs(k - y) < 0.2 * Math.Max(1, Math.Abs(y)))) continue;
            DerivativeEstimate<double> numerical = NumericalDerivative.Adaptive(v => c.Double.Derivative(v, t), y);
            double left = NumericalDerivative.Backward(v => c.Double.Derivative(v, t), y, 1e-6 * Math.Max(Math.Abs(y), 1e-3));
            double right = NumericalDerivative.Forward(v => c.Double.Derivative(v, t), y, 1e-6 * Math.Max(Math.Abs(y), 1e-3));
            if (!double.IsFinite(numerical.Value) || Math.Abs(left - right) > 1e-3 * (Math.Abs(left) + Math.Abs(right) + 1e-3)) continue;
            double allowed = (10 * numerical.Error) + (1e-7 * (Math.Abs(curvature) + Math.Abs(slope) + 1e-3));
            Assert.True(
                Math.Abs(curvature - numerical.Value) <= allowed,
                $"{name} at y = {y:R}, t = {t:R}: {curvature:R}, numerically {numerical.Value:R} within {numerical.Error:R}");
            compared++;
        }

        Assert.True(compared >= 10, $"{name}: only {compared} points compared");
    }

    [Theory, MemberData(nameof(Names))]
    public void OnePassWithCurvatureGivesTheBitsOfTheOthers(string name) => For(name, (c, e) =>
    {
        CurvaturePass(c, c.Float, e);
        CurvaturePass(c, c.Double, e);
    });

    private static void CurvaturePass<T>(ElementwiseCase c, CurvedElementLoss<T> loss, Elements e)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] y, T[] t) = e.Data<T>(c);
        T[] gradient = new T[y.Length], alone = new T[y.Length], curvature = new T[y.Length];
        LossTally tally = loss.EvaluateWithCurvature(y, t, gradient, curvature, e.Options<T>());
        Assert.Equal(loss.EvaluateWithGradient(y, t, alone, e.Options<T>()), tally);
        Close.Same<T>(alone, gradient, $"{c.Name}, gradient beside the curvature");
        for (int i = 0; i < y.Length; i++)
        {
            if (e.Weight(i) == 0) Assert.Equal(T.Zero, curvature[i]);
        }

        T[] inPlace = [.. y], other = [.. t];
        Assert.Equal(tally, loss.EvaluateWithCurvature(inPlace, other, inPlace, other, e.Options<T>()));
        Close.Same<T>(gradient, inPlace, $"{c.Name}, gradient over the predictions");
        Close.Same<T>(curvature, other, $"{c.Name}, curvature over the targets");
    }

    [Theory, MemberData(nameof(Names))]
    public void AtAKinkTheDerivativeLiesBetweenTheOneSidedOnes(string name)
    {
        ElementwiseCase c = Find(name);
        for (int i = 0; i < 20; i++)
        {
            double t = c.Kind.Target((i * 0.618034) % 1);
            foreach (double y in c.Kinks(t))
            {
                double right = NumericalDerivative.Forward(v => c.Double.Value(v, t), y, 9.5367431640625e-7 * Math.Max(1, Math.Abs(y)));
                double left = NumericalDerivative.Backward(v => c.Double.Value(v, t), y, 9.5367431640625e-7 * Math.Max(1, Math.Abs(y)));
                double slope = c.Double.Derivative(y, t);
                Assert.InRange(slope, Math.Min(left, right) - 1e-6, Math.Max(left, right) + 1e-6);
                Assert.Equal(slope, c.Float.Derivative(y, t), 1e-5 * (1 + Math.Abs(slope)));
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void SymmetricLossesAreSymmetric(string name) => For(name, (c, e) =>
    {
        if (!c.IsSymmetric) return;
        (double[] y, double[] t) = e.Data<double>(c);
        Assert.Equal(c.Double.Evaluate(y, t), c.Double.Evaluate(t, y));
    });

    [Theory, MemberData(nameof(Names))]
    public void BadCallsThrowBeforeTheyWrite(string name)
    {
        CurvedElementLoss<float> loss = Find(name).Float;
        float[] y = [1, 1, 1], t = [1, 1, 1], gradient = [5, 5, 5];
        Assert.Contains("predictions has 3 elements and targets has 2", Message(() => loss.Evaluate(y, t.AsSpan(0, 2))), StringComparison.Ordinal);
        Assert.Contains("gradient has 2", Message(() => loss.Gradient(y, t, gradient.AsSpan(0, 2))), StringComparison.Ordinal);
        Assert.Contains("overlaps", Message(() => loss.Gradient(gradient.AsSpan(0, 2), t.AsSpan(0, 2), gradient.AsSpan(1))), StringComparison.Ordinal);
        Assert.Contains("Weights has 2", Message(() => loss.Gradient(y, t, gradient, new() { Weights = new float[2] })), StringComparison.Ordinal);
        Assert.Contains("Mask has 2", Message(() => loss.Gradient(y, t, gradient, new() { Mask = new bool[2] })), StringComparison.Ordinal);
        Assert.Contains("-1", Message(() => loss.Gradient(y, t, gradient, new() { Denominator = -1 })), StringComparison.Ordinal);
        Assert.Equal([5, 5, 5], gradient);
    }

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    [Theory, MemberData(nameof(Names))]
    public void EmptyAndUncountedBatchesHaveNoMeanAndNoGradient(string name)
    {
        CurvedElementLoss<float> loss = Find(name).Float;
        Assert.Equal(default, loss.Evaluate([], []));
        float[] gradient = [5, 5];
        LossTally tally = loss.EvaluateWithGradient([1, float.NaN], [1, 1], gradient, new() { Mask = [false, false] });
        Assert.Equal(default, tally);
        Assert.True(double.IsNaN(tally.Mean));
        Assert.Equal([0, 0], gradient);
    }

    [Theory, MemberData(nameof(Names))]
    public void NothingIsAllocated(string name)
    {
        CurvedElementLoss<float> loss = Find(name).Float;
        float[] y = new float[1000], gradient = new float[1000];
        bool[] mask = new bool[1000];
        Assert.Equal(0, Allocation.Of(() => loss.EvaluateWithGradient(y, y, gradient)));
        Assert.Equal(0, Allocation.Of(() => loss.EvaluateWithGradient(y, y, gradient, new() { Weights = y, Mask = mask })));
        Assert.Equal(0, Allocation.Of(() => loss.Evaluate(y, y)));
        Assert.Equal(0, Allocation.Of(() => loss.PerElement(y, y, gradient)));
    }

    [Fact]
    public void NothingPastTheEndsIsTouched()
    {
        if (!GuardedMemory.IsSupported) Assert.Skip("needs mprotect");
        CurvedElementLoss<float> loss = ElementwiseCase.All.First(c => c.Loss == typeof(Huber)).Float;
        CurvedElementLoss<double> wide = ElementwiseCase.All.First(c => c.Loss == typeof(LogCosh)).Double;
        using GuardedMemory first = new(4096), second = new(4096), third = new(4096), mask = new(4096), out_ = new(4096);
        for (int n = 0; n <= 150; n++)
        {
            loss.EvaluateWithGradient(first.AtEnd<float>(n), second.AtEnd<float>(n), out_.AtEnd<float>(n), new() { Weights = third.AtEnd<float>(n), Mask = mask.AtEnd<bool>(n) });
            loss.EvaluateWithGradient(first.AtStart<float>(n), second.AtStart<float>(n), out_.AtStart<float>(n), new() { Mask = mask.AtStart<bool>(n) });
            wide.PerElement(first.AtEnd<double>(n), second.AtEnd<double>(n), out_.AtEnd<double>(n), new() { Weights = third.AtEnd<double>(n), Mask = mask.AtEnd<bool>(n) });
        }
    }

    private static void For(string name, Action<ElementwiseCase, Elements> law) =>
        Prop.ForAll(Elements.Arbitrary(), e => law(Find(name), e)).Check(Settings);
}
