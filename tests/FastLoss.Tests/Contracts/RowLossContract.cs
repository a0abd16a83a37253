using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Contracts;

/// <summary>The laws every loss of rows obeys, in float and double, for weights, masks, lengths and splits of all kinds.</summary>
public class RowLossContract
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(40).WithQuietOnSuccess(true);

    public static TheoryData<string> Names => [.. RowCase.All.Select(c => c.Name)];

    private static RowCase Find(string name) => RowCase.All.Single(c => c.Name == name);

    [Theory, MemberData(nameof(Names))]
    public void EachRowIsTheDefinition(string name) => For(name, (c, b) =>
    {
        Definition<float>(c, b, c.Bound.Float);
        Definition<double>(c, b, c.Bound.Double);
    });

    private static void Definition<T>(RowCase c, RowBatch b, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowCall<T> call = Call<T>(c, b) with { Losses = new T[b.Rows], Weights = [], Mask = [] };
        c.Run(call);
        for (int r = 0; r < b.Rows; r++)
        {
            RowPoint at = Point(c, call, r);
            double expected = at.Label < 0 && c.Shape == RowShape.Square ? 0 : c.Definition(at), actual = double.CreateTruncating(call.Losses[r]);
            Assert.True(Math.Abs(expected - actual) <= tolerance * (Math.Abs(expected) + c.Size(at)), $"{c.Name} of {typeof(T).Name}, row {r}: {actual:R}, not {expected:R}");
        }
    }

    /// <summary>Float rows are computed in double: the bits are those of the same numbers as doubles, rounded once.</summary>
    [Theory, MemberData(nameof(Names))]
    public void FloatIsDoubleRoundedOnce(string name) => For(name, (c, b) =>
    {
        if (!c.IsWide) return;
        RowCall<float> narrow = Call<float>(c, b) with { Losses = new float[b.Rows] };
        RowCall<double> wide = Call<double>(c, b) with { Losses = new double[b.Rows] };
        Assert.Equal(c.Run(wide), c.Run(narrow));
        Close.Same<float>(Array.ConvertAll(wide.Losses, v => (float)v), narrow.Losses, c.Name);
        narrow = narrow with { Losses = null, Gradients = Buffers<float>(c, b) };
        wide = wide with { Losses = null, Gradients = Buffers<double>(c, b) };
        Assert.Equal(c.Run(wide), c.Run(narrow));
        for (int i = 0; i < c.Differentiated.Count; i++)
        {
            Close.Same<float>(Array.ConvertAll(wide.Gradients[i], v => (float)v), narrow.Gradients[i], $"{c.Name}, gradient {i}");
        }
    });

    /// <summary>Exactly where rows are computed in double, and at any split where they are rows.</summary>
    [Theory, MemberData(nameof(Names))]
    public void TheSumIsOfTheRowsAndAnySplitAddsToIt(string name) => For(name, (c, b) =>
    {
        RowCall<double> call = Call<double>(c, b) with { Losses = new double[b.Rows] };
        LossTally tally = c.Run(call);
        LossTally sum = default;
        for (int r = 0; r < b.Rows; r++)
        {
            RowPoint at = Point(c, call, r);
            bool counts = b.Weight(r) != 0 && (c.Shape != RowShape.Square || at.Label >= 0);
            sum += new LossTally(call.Losses[r], counts ? b.Weight(r) * c.Share(at) : 0, counts ? 1 : 0);
        }

        if (c.IsWide) Assert.Equal(sum, tally);
        Assert.Equal((sum.Weight, sum.Count), (tally.Weight, tally.Count));
        Assert.InRange(tally.Sum, sum.Sum - (1e-12 * call.Losses.Sum(Math.Abs)), sum.Sum + (1e-12 * call.Losses.Sum(Math.Abs)));
        Assert.Equal(sum.Count == 0, double.IsNaN(tally.Mean));
        Assert.Equal(tally, c.Run(call with { Losses = null, Denominator = 7 }));
        if (c.Shape != RowShape.Rows) return;
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

    private static void OnePass<T>(RowCase c, RowBatch b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowCall<T> call = Call<T>(c, b);
        LossTally tally = c.Run(call);
        Assert.Equal(tally, c.Run(call with { Losses = new T[b.Rows] }));
        T[][] apart = Buffers<T>(c, b);
        Assert.Equal(tally, c.Run(call with { Gradients = apart }));

        // Over the inputs, each over its own and over the next one's.
        for (int shift = 0; shift < c.Overwritable; shift++)
        {
            T[][] copies = [.. call.Inputs.Select(x => (T[])x.Clone())];
            T[][] over = [.. Enumerable.Range(0, c.Differentiated.Count).Select(i => copies[(i + shift) % c.Overwritable])];
            Assert.Equal(tally, c.Run(call with { Inputs = copies, Gradients = over }));
            for (int i = 0; i < c.Differentiated.Count; i++) Close.Same<T>(apart[i], over[i], $"{c.Name}, gradient {i} over an input");
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
            foreach (float[] x in dirty.Inputs.Where((_, i) => !c.IsChecked(i))) x.AsSpan(r * b.Columns, b.Columns).Fill(r % 2 == 0 ? float.NaN : float.PositiveInfinity);
            foreach (float[] g in clean.Gradients) Assert.All(g[(r * b.Columns)..((r + 1) * b.Columns)], v => Assert.Equal(0, v));
        }

        Assert.Equal(tally, c.Run(dirty));
        for (int i = 0; i < c.Differentiated.Count; i++) Close.Same<float>(clean.Gradients[i], dirty.Gradients[i], $"{c.Name}, NaN where nothing counts");
    });

    [Theory, MemberData(nameof(Names))]
    public void ARowWithNaNIsNaNAndItsNeighboursAreNot(string name)
    {
        RowCase c = Find(name);
        if (!c.ReadsAll) return;
        RowBatch b = new RowBatch(5, [.. Enumerable.Range(0, 15).Select(i => i * 0.618034 % 1)], 0).For(c);
        int row = 7 / b.Columns;
        for (int input = 0; input < c.Inputs; input++)
        {
            RowCall<double> call = Call<double>(c, b) with { Losses = new double[b.Rows] };
            call.Inputs[input][7] = double.NaN;
            if (c.IsChecked(input))
            {
                Assert.Throws<ArgumentOutOfRangeException>(() => c.Run(call));
                continue;
            }

            Assert.True(double.IsNaN(c.Run(call).Sum));
            Assert.Equal(Enumerable.Range(0, b.Rows).Select(r => r == row), call.Losses.Select(double.IsNaN));
            if (c.Differentiated.Count == 0) continue;
            double[][] gradients = Buffers<double>(c, b);
            c.Run(call with { Losses = null, Gradients = gradients });
            Assert.Contains(gradients[0][(row * b.Columns)..((row + 1) * b.Columns)], double.IsNaN);
            foreach (double[] g in gradients) Assert.DoesNotContain(g.Where((_, i) => i / b.Columns != row), double.IsNaN);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void TheGradientIsTheNumericalOne(string name)
    {
        RowCase c = Find(name);
        Random random = new(5);
        int compared = 0;
        for (int trial = 0; trial < 60; trial++)
        {
            int columns = 2 + (trial % 9);
            RowBatch b = new RowBatch(columns, [.. Enumerable.Range(0, c.Shape == RowShape.Square ? columns * columns : columns).Select(_ => random.NextDouble())], 0).For(c);
            RowCall<double> call = Call<double>(c, b) with { Gradients = Buffers<double>(c, b), Denominator = 0.5 };
            if (!Enumerable.Range(0, b.Rows).All(r => c.IsSmooth(Point(c, call, r)))) continue;
            c.Run(call);
            for (int input = 0; input < c.Differentiated.Count; input++)
            {
                int i = trial % columns;
                double[] x = call.Inputs[c.Differentiated[input]];
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

        Assert.True(compared >= 20 * c.Differentiated.Count, $"{name}: only {compared} compared");
    }

    [Theory, MemberData(nameof(Names))]
    public void BadCallsThrowBeforeTheyWrite(string name)
    {
        RowCase c = Find(name);
        RowBatch b = new RowBatch(3, [.1, .2, .3, .4, .5, .6, .7, .8, .9], 0).For(c);
        RowCall<float> call = Call<float>(c, b);
        float[][] gradients = [.. c.Differentiated.Select(_ => Enumerable.Repeat(5f, 9).ToArray())];
        float[] losses = [.. Enumerable.Repeat(5f, b.Rows)];
        if (c.Shape == RowShape.Rows)
        {
            Says("columns is 0|classCount is 0|classes is 0|Features is 0", call with { Columns = 0 });
            Says("not a whole number of rows of 4|targets.Steps[0] is 4", call with { Columns = 4 });
            Says("eights has 2 elements; a weight for each row needs 3|a weight for each sequence needs 3", call with { Weights = new float[2] });
        }

        Says("0 or more|positive and finite", call with { Denominator = -1 });
        Says("Weights has 2 elements", call with { Weights = new float[2] });
        Says("Mask has 2 elements", call with { Mask = new bool[2] });
        Says("Threads is -2", call with { Threads = -2 });
        if ((c.Takes & RowOptions.ClassWeights) == 0) Says("ClassWeights has 3 elements", call with { ClassWeights = new float[3] });
        if ((c.Takes & RowOptions.IgnoreLabel) == 0) Says("IgnoreLabel is 1", call with { IgnoreLabel = 1 });

        // A classifier's scores are masked by its bias, not by a row of its inputs.
        if ((c.Takes & RowOptions.MaskedRows) == 0 && c.Type != typeof(LinearScores<>)) Says("MaskedRows is Zeros", call with { MaskedRows = MaskedRows.Zeros });
        Says("losses has 2", call with { Losses = new float[2] });
        if ((c.Takes & RowOptions.Weights) != 0) Says("losses overlaps", call with { Weights = losses, Losses = losses });
        if (c.Inputs > 1) Says("has 3 elements|has 3; they must be equal", call with { Inputs = [call.Inputs[0], .. call.Inputs[1..].Select(_ => new float[3])] });
        if (c.Differentiated.Count > 0) Says("has 7 elements", call with { Gradients = [new float[7], .. gradients[1..]] });
        if (c.Differentiated.Count > 1) Says("overlaps", call with { Gradients = [gradients[0], gradients[0], .. gradients[2..]] });
        Assert.All(gradients, g => Assert.All(g, v => Assert.Equal(5, v)));
        Assert.All(losses, v => Assert.Equal(5, v));

        void Says(string messages, RowCall<float> bad)
        {
            string message = Assert.ThrowsAny<ArgumentException>(() => c.Run(bad with { Gradients = bad.Gradients ?? (bad.Losses == null && c.Differentiated.Count > 0 ? gradients : null) })).Message;
            Assert.True(messages.Split('|').Any(m => message.Contains(m, StringComparison.Ordinal)), $"{name} says: {message}; not: {messages}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void NothingIsAllocated(string name)
    {
        RowCase c = Find(name);
        RowBatch b = new RowBatch(33, [.. Enumerable.Range(0, 330).Select(i => i * 0.618034 % 1)], 0).For(c);
        RowCall<float> call = Call<float>(c, b);
        RowCall<float> losses = call with { Losses = new float[b.Rows] }, gradients = call with { Gradients = Buffers<float>(c, b) };
        Assert.Equal(0, Comparison.Allocated(() => c.Run(call)));
        Assert.Equal(0, Comparison.Allocated(() => c.Run(losses)));
        if (c.Differentiated.Count > 0) Assert.Equal(0, Comparison.Allocated(() => c.Run(gradients)));
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

    private static RowCall<T> Call<T>(RowCase c, RowBatch b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            [.. Enumerable.Range(0, c.Inputs).Select(i => b.Input<T>(i, u => c.Domain(i, u)))], b.Columns, b.Labels(c))
        {
            Weights = b.Weights<T>(),
            Mask = b.Mask(),
        };

    private static T[][] Buffers<T>(RowCase c, RowBatch b) => [.. c.Differentiated.Select(_ => new T[b.Units.Length])];

    private static RowCall<T> Part<T>(RowCall<T> call, int start, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            [.. call.Inputs.Select(x => x[(start * call.Columns)..(end * call.Columns)])], call.Columns, call.Labels[start..end])
        {
            Weights = call.Weights.Length > 0 ? call.Weights[start..end] : [],
            Mask = call.Mask.Length > 0 ? call.Mask[start..end] : [],
        };

    private static RowPoint Point<T>(RowCase c, RowCall<T> call, int r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            [.. call.Inputs.Select(x => Reference.Widen<T>(x.AsSpan(r * call.Columns, call.Columns)))], call.Labels[r], r, [])
        { Batch = [.. call.Inputs.Where(_ => c.IsOfBatch).Select(x => Reference.Widen<T>(x))] };

    private static void For(string name, Action<RowCase, RowBatch> law)
    {
        RowCase c = Find(name);
        Prop.ForAll(RowBatch.Arbitrary(), b => law(c, b.For(c))).Check(Settings);
    }
}
