using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Contracts;

/// <summary>The laws every loss of rows obeys, in float and double, for weights, masks, lengths and splits of all kinds.</summary>
public class RowLossContract
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(40).WithQuietOnSuccess(true);

    public static TheoryData<string> Names => [.. RowLossCase.All.Select(c => c.Name)];

    private static RowLossCase Find(string name) => RowLossCase.All.Single(c => c.Name == name);

    [Theory, MemberData(nameof(Names))]
    public void EachRowIsTheDefinition(string name) => For(name, (c, b) =>
    {
        Definition<float>(c, b, 1e-6);
        Definition<double>(c, b, 1e-13);
    });

    private static void Definition<T>(RowLossCase c, RowBatch b, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowCall<T> call = Call<T>(c, b) with { Losses = new T[b.Rows], Weights = [], Mask = [] };
        c.Run(call);
        for (int r = 0; r < b.Rows; r++)
        {
            double expected = c.Definition(Rows(call, r), call.Labels[r]);
            double actual = double.CreateTruncating(call.Losses[r]);
            Assert.True(Math.Abs(expected - actual) <= tolerance * (Math.Abs(expected) + c.Size(Rows(call, r))), $"{c.Name} of {typeof(T).Name}, row {r}: {actual:R}, not {expected:R}");
        }
    }

    /// <summary>Float rows are computed in double: the bits are those of the same numbers as doubles, rounded once.</summary>
    [Theory, MemberData(nameof(Names))]
    public void FloatIsDoubleRoundedOnce(string name) => For(name, (c, b) =>
    {
        RowCall<float> narrow = Call<float>(c, b) with { Losses = new float[b.Rows] };
        RowCall<double> wide = Call<double>(c, b) with { Losses = new double[b.Rows] };
        Assert.Equal(c.Run(wide), c.Run(narrow));
        Close.Same<float>(Array.ConvertAll(wide.Losses, v => (float)v), narrow.Losses, c.Name);
        narrow = narrow with { Losses = null, Gradients = Buffers<float>(c, b) };
        wide = wide with { Losses = null, Gradients = Buffers<double>(c, b) };
        Assert.Equal(c.Run(wide), c.Run(narrow));
        for (int i = 0; i < c.Gradients; i++)
        {
            Close.Same<float>(Array.ConvertAll(wide.Gradients[i], v => (float)v), narrow.Gradients[i], $"{c.Name}, gradient {i}");
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void TheSumIsOfTheRowsAndAnySplitAddsToIt(string name) => For(name, (c, b) =>
    {
        RowCall<double> call = Call<double>(c, b) with { Losses = new double[b.Rows] };
        LossTally tally = c.Run(call);
        LossTally sum = default;
        for (int r = 0; r < b.Rows; r++) sum += new LossTally(call.Losses[r], b.Weight(r), b.Weight(r) != 0 ? 1 : 0);
        Assert.Equal(sum, tally);
        Assert.Equal(sum.Count == 0, double.IsNaN(tally.Mean));
        Assert.Equal(tally, c.Run(call with { Losses = null, Denominator = 7 }));
        RowCall<float> narrow = Call<float>(c, b);
        LossTally narrowTally = c.Run(narrow);
        for (int split = 0; split <= b.Rows; split++)
        {
            Assert.Equal(tally, c.Run(Part(call, split, b.Rows)) + c.Run(Part(call, 0, split)));
            Assert.Equal(narrowTally, c.Run(Part(narrow, split, b.Rows)) + c.Run(Part(narrow, 0, split)));
        }
    });

    [Theory, MemberData(nameof(Names))]
    public void OnePassGivesTheBitsOfTwo(string name) => For(name, (c, b) =>
    {
        OnePass<float>(c, b);
        OnePass<double>(c, b);
    });

    private static void OnePass<T>(RowLossCase c, RowBatch b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowCall<T> call = Call<T>(c, b);
        LossTally tally = c.Run(call);
        Assert.Equal(tally, c.Run(call with { Losses = new T[b.Rows] }));
        T[][] apart = Buffers<T>(c, b);
        Assert.Equal(tally, c.Run(call with { Gradients = apart }));

        // Over the inputs, each over its own and over the next one's.
        for (int shift = 0; shift < c.Inputs; shift++)
        {
            T[][] copies = [.. call.Inputs.Select(x => (T[])x.Clone())];
            T[][] over = [.. Enumerable.Range(0, c.Gradients).Select(i => copies[(i + shift) % c.Inputs])];
            Assert.Equal(tally, c.Run(call with { Inputs = copies, Gradients = over }));
            for (int i = 0; i < c.Gradients; i++) Close.Same<T>(apart[i], over[i], $"{c.Name}, gradient {i} over an input");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void WhatDoesNotCountChangesNothing(string name) => For(name, (c, b) =>
    {
        RowCall<float> clean = Call<float>(c, b) with { Gradients = Buffers<float>(c, b) };
        LossTally tally = c.Run(clean);
        RowCall<float> dirty = Call<float>(c, b) with { Gradients = Buffers<float>(c, b) };
        for (int r = 0; r < b.Rows; r++)
        {
            if (b.Weight(r) != 0) continue;
            foreach (float[] x in dirty.Inputs) x.AsSpan(r * b.Columns, b.Columns).Fill(r % 2 == 0 ? float.NaN : float.PositiveInfinity);
            foreach (float[] g in clean.Gradients) Assert.All(g[(r * b.Columns)..((r + 1) * b.Columns)], v => Assert.Equal(0, v));
        }

        Assert.Equal(tally, c.Run(dirty));
        for (int i = 0; i < c.Gradients; i++) Close.Same<float>(clean.Gradients[i], dirty.Gradients[i], $"{c.Name}, NaN where nothing counts");
    });

    [Theory, MemberData(nameof(Names))]
    public void ARowWithNaNIsNaNAndItsNeighboursAreNot(string name)
    {
        RowLossCase c = Find(name);
        RowBatch b = new(5, [.. Enumerable.Range(0, 15).Select(i => i * 0.618034 % 1)], 0);
        for (int input = 0; input < c.Inputs; input++)
        {
            RowCall<double> call = Call<double>(c, b) with { Losses = new double[3] };
            call.Inputs[input][7] = double.NaN;
            Assert.True(double.IsNaN(c.Run(call).Sum));
            Assert.Equal([false, true, false], call.Losses.Select(double.IsNaN));
            if (c.Gradients == 0) continue;
            double[][] gradients = Buffers<double>(c, b);
            c.Run(call with { Losses = null, Gradients = gradients });
            Assert.Contains(gradients[0][5..10], double.IsNaN);
            foreach (double[] g in gradients) Assert.DoesNotContain(g.Where((_, i) => i / 5 != 1), double.IsNaN);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void TheGradientIsTheNumericalOne(string name)
    {
        RowLossCase c = Find(name);
        Random random = new(5);
        int compared = 0;
        for (int trial = 0; trial < 60; trial++)
        {
            int columns = 2 + (trial % 9);
            RowBatch b = new(columns, [.. Enumerable.Range(0, columns).Select(_ => random.NextDouble())], 0);
            RowCall<double> call = Call<double>(c, b) with { Gradients = Buffers<double>(c, b), Denominator = 0.5 };
            if (!c.IsSmooth(Rows(call, 0), call.Labels[0])) continue;
            c.Run(call);
            for (int input = 0; input < c.Gradients; input++)
            {
                int i = trial % columns;
                double[] x = call.Inputs[input];
                double at = x[i];
                DerivativeEstimate<double> numerical = NumericalDerivative.Adaptive(
                    v =>
                    {
                        x[i] = v;
                        return c.Run(call with { Gradients = null }).Sum / 0.5;
                    },
                    at);
                x[i] = at;
                double actual = call.Gradients[input][i];
                Assert.True(
                    Math.Abs(actual - numerical.Value) <= (10 * numerical.Error) + (1e-8 * (1 + Math.Abs(actual))),
                    $"{name}, input {input}[{i}]: {actual:R}, numerically {numerical.Value:R} within {numerical.Error:R}");
                compared++;
            }
        }

        Assert.True(compared >= 20 * c.Gradients, $"{name}: only {compared} compared");
    }

    [Theory, MemberData(nameof(Names))]
    public void BadCallsThrowBeforeTheyWrite(string name)
    {
        RowLossCase c = Find(name);
        RowBatch b = new(3, [.1, .2, .3, .4, .5, .6], 0);
        RowCall<float> call = Call<float>(c, b);
        float[][] gradients = [.. Enumerable.Range(0, c.Gradients).Select(_ => new float[] { 5, 5, 5, 5, 5, 5 })];
        float[] losses = [5, 5];
        Says("columns is 0|classCount is 0|classes is 0", call with { Columns = 0 });
        Says("not a whole number of rows of 4", call with { Columns = 4 });
        Says("0 or more|positive and finite", call with { Denominator = -1 });
        Says("eights has 3 elements; a weight for each row needs 2", call with { Weights = new float[3] });
        Says("losses has 3", call with { Losses = new float[3] });
        Says("losses overlaps", call with { Weights = losses, Losses = losses });
        if (c.Inputs > 1) Says("has 3 elements", call with { Inputs = [call.Inputs[0], .. call.Inputs[1..].Select(_ => new float[3])] });
        if (c.Gradients > 0) Says("has 7 elements", call with { Gradients = [new float[7], .. gradients[1..]] });
        if (c.Gradients > 1) Says("overlaps", call with { Gradients = [gradients[0], gradients[0], .. gradients[2..]] });
        Assert.All(gradients, g => Assert.All(g, v => Assert.Equal(5, v)));
        Assert.Equal([5, 5], losses);

        void Says(string messages, RowCall<float> bad)
        {
            string message = Assert.ThrowsAny<ArgumentException>(() => c.Run(bad with { Gradients = bad.Gradients ?? (bad.Losses == null && c.Gradients > 0 ? gradients : null) })).Message;
            Assert.True(messages.Split('|').Any(m => message.Contains(m, StringComparison.Ordinal)), $"{name} says: {message}; not: {messages}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void NothingIsAllocated(string name)
    {
        RowLossCase c = Find(name);
        RowBatch b = new(33, [.. Enumerable.Range(0, 330).Select(i => i * 0.618034 % 1)], 0);
        RowCall<float> call = Call<float>(c, b);
        RowCall<float> losses = call with { Losses = new float[b.Rows] }, gradients = call with { Gradients = Buffers<float>(c, b) };
        Assert.Equal(0, Allocation.Of(() => c.Run(call)));
        Assert.Equal(0, Allocation.Of(() => c.Run(losses)));
        Assert.Equal(0, Allocation.Of(() => c.Run(gradients)));
    }

    [Fact]
    public void NothingPastTheEndsIsTouched()
    {
        if (!GuardedMemory.IsSupported) Assert.Skip("needs mprotect");
        using GuardedMemory a = new(4096), b = new(4096), c = new(4096), d = new(4096), e = new(4096), f = new(4096);
        for (int n = 1; n <= 70; n++)
        {
            Loss.EvaluateWithGradient<float>(new TripletMargin(), a.AtEnd<float>(n), b.AtEnd<float>(n), c.AtEnd<float>(n), n, new(d.AtEnd<float>(n), e.AtEnd<float>(n), f.AtEnd<float>(n)));
            Loss.EvaluateWithGradient<double>(new TripletMargin(), a.AtEnd<double>(n), b.AtEnd<double>(n), c.AtEnd<double>(n), n, new(d.AtEnd<double>(n), e.AtEnd<double>(n), f.AtEnd<double>(n)));
            Loss.EvaluateWithGradient<MultiClassHinge, float, int>(new(), a.AtStart<float>(n), n, [0], d.AtStart<float>(n));
        }
    }

    private static RowCall<T> Call<T>(RowLossCase c, RowBatch b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            [.. Enumerable.Range(0, c.Inputs).Select(i => b.Input<T>(i, u => c.Domain(i, u)))], b.Columns, b.Labels(c.Label))
        {
            Weights = b.Weights<T>(),
            Mask = b.Mask(),
        };

    private static T[][] Buffers<T>(RowLossCase c, RowBatch b) => [.. Enumerable.Range(0, c.Gradients).Select(_ => new T[b.Units.Length])];

    private static RowCall<T> Part<T>(RowCall<T> call, int start, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            [.. call.Inputs.Select(x => x[(start * call.Columns)..(end * call.Columns)])], call.Columns, call.Labels[start..end])
        {
            Weights = call.Weights.Length > 0 ? call.Weights[start..end] : [],
            Mask = call.Mask.Length > 0 ? call.Mask[start..end] : [],
        };

    private static double[][] Rows<T>(RowCall<T> call, int r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. call.Inputs.Select(x => Reference.Widen<T>(x.AsSpan(r * call.Columns, call.Columns)))];

    private static void For(string name, Action<RowLossCase, RowBatch> law) =>
        Prop.ForAll(RowBatch.Arbitrary(), b => law(Find(name), b)).Check(Settings);
}
