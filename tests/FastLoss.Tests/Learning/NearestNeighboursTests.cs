using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Learning;

public class NearestNeighboursTests
{
    /// <summary>Every distance measured, in double; ties to the lower index, NaN last.</summary>
    private static int[] Naive(double[] examples, int columns, ReadOnlySpan<double> query, int k)
    {
        double[] q = query.ToArray();
        int count = examples.Length / columns;
        double[] distances = [.. Enumerable.Range(0, count).Select(e =>
        {
            decimal exact = 0;
            if (Enumerable.Range(0, columns).Any(c => !double.IsFinite(examples[(e * columns) + c]) || !double.IsFinite(q[c]))) return double.PositiveInfinity;
            for (int c = 0; c < columns; c++) exact += (decimal)(q[c] - examples[(e * columns) + c]) * (decimal)(q[c] - examples[(e * columns) + c]);
            return (double)exact;
        })];
        return [.. Enumerable.Range(0, count).OrderBy(e => distances[e]).ThenBy(e => e).Take(k)];
    }

    /// <summary>Small whole numbers: many ties, and no sum rounds.</summary>
    [Fact]
    public void NeighboursAreThoseOfMeasuringAll() => Prop.ForAll(
        Arb.From(
            from columns in Gen.Choose(1, 20)
            from count in Gen.Frequency((3, Gen.Choose(1, 40)), (1, Gen.Choose(500, 530)))
            from queries in Gen.Choose(0, 6)
            from k in Gen.Choose(1, Math.Min(count, 7))
            from examples in Gen.ArrayOf(Gen.Choose(-3, 3), count * columns)
            from asked in Gen.ArrayOf(Gen.Choose(-3, 3), queries * columns)
            select (columns, k, examples: Array.ConvertAll(examples, v => (double)v), asked: Array.ConvertAll(asked, v => (double)v))),
        p =>
        {
            Check<float>(p.examples, p.columns, p.asked, p.k);
            Check<double>(p.examples, p.columns, p.asked, p.k);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private static void Check<T>(double[] examples, int columns, double[] queries, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = queries.Length / columns;
        int[] indices = new int[rows * k];
        double[] distances = new double[rows * k];
        NearestNeighbours.Find<T>(Array.ConvertAll(examples, T.CreateTruncating), columns, Array.ConvertAll(queries, T.CreateTruncating), k, indices, distances);
        for (int r = 0; r < rows; r++)
        {
            Assert.Equal(Naive(examples, columns, queries.AsSpan(r * columns, columns), k), indices[(r * k)..((r + 1) * k)]);
            for (int i = r * k; i < (r + 1) * k; i++)
                Assert.Equal(Enumerable.Range(0, columns).Sum(c => Math.Pow(queries[(r * columns) + c] - examples[(indices[i] * columns) + c], 2)), distances[i]);
        }
    }

    /// <summary>Points a hair apart far from 0, where |q|^2 + |e|^2 - 2 q e of floats has no digit left.</summary>
    [Fact]
    public void WhatCancelsInTheProductIsMeasuredAgain()
    {
        const int Columns = 9, Count = 700;
        Random random = new(5);
        float[] examples = [.. Enumerable.Range(0, Count * Columns).Select(_ => 1000 + (random.Next(16) / 1024f))], queries = examples[(100 * Columns)..(160 * Columns)];
        int[] indices = new int[60 * 3];
        NearestNeighbours.Find<float>(examples, Columns, queries, 3, indices);
        double[] wide = Array.ConvertAll(examples, v => (double)v);
        for (int r = 0; r < 60; r++) Assert.Equal(Naive(wide, Columns, wide.AsSpan((100 + r) * Columns, Columns), 3), indices[(3 * r)..((3 * r) + 3)]);
    }

    [Fact]
    public void ThreadsChangeNothing()
    {
        const int Columns = 40, Count = 3000, Queries = 700;
        Random random = new(6);
        float[] examples = [.. Enumerable.Range(0, Count * Columns).Select(_ => random.NextSingle())], queries = [.. Enumerable.Range(0, Queries * Columns).Select(_ => random.NextSingle())];
        int[] one = new int[Queries * 5], all = new int[Queries * 5];
        NearestNeighbours.Find<float>(examples, Columns, queries, 5, one);
        NearestNeighbours.Find<float>(examples, Columns, queries, 5, all, threads: -1);
        Assert.Equal(one, all);
    }

    [Fact]
    public void TheMostFrequentClassWinsAndOfEqualOnesThatOfTheNearest()
    {
        float[] examples = [0, 1, 2, 10, 11, float.NaN];
        int[] labels = [7, 8, 8, 9, 9, 1], predictions = new int[3];
        NearestNeighbours.Predict<float>(examples, 1, labels, [0.1f, 10.2f, 5.9f], 3, predictions);
        Assert.Equal([8, 9, 8], predictions); // 7 8 8; 9 9 8; 2 and 10 and 1: 8 9 8
        NearestNeighbours.Predict<float>(examples, 1, labels, [0.1f, 10.2f, 5.9f], 2, predictions);
        Assert.Equal([7, 9, 8], predictions); // 7 and 8 tie: the nearer
        int[] order = new int[6];
        double[] distances = new double[6];
        NearestNeighbours.Find<float>(examples, 1, [0], 6, order, distances);
        Assert.Equal([0, 1, 2, 3, 4, 5], order);
        Assert.Equal([0, 1, 4, 100, 121, double.PositiveInfinity], distances);
    }

    [Fact]
    public void BadCallsThrowBeforeTheyWriteAndGoodOnesAllocateNothing()
    {
        float[] examples = new float[12], queries = new float[6];
        int[] indices = [5, 5], labels = new int[4];
        Says("k is 5", () => NearestNeighbours.Find<float>(examples, 3, queries, 5, indices));
        Says("k is 0", () => NearestNeighbours.Find<float>(examples, 3, queries, 0, indices));
        Says("threads is -2", () => NearestNeighbours.Find<float>(examples, 3, queries, 1, indices, threads: -2));
        Says("indices has 2", () => NearestNeighbours.Find<float>(examples, 3, queries, 2, indices));
        Says("squaredDistances has 1", () => NearestNeighbours.Find<float>(examples, 3, queries, 1, indices, new double[1]));
        Says("examples has 12", () => NearestNeighbours.Find<float>(examples, 5, queries, 1, indices));
        Says("exampleClasses has 3", () => NearestNeighbours.Predict<float>(examples, 3, labels.AsSpan(1), queries, 1, indices));
        Says("overlaps", () => NearestNeighbours.Predict<float>(examples, 3, labels, queries, 1, labels.AsSpan(0, 2)));
        Assert.Equal([5, 5], indices);
        Assert.Equal(0, Comparison.Allocated(() => NearestNeighbours.Find<float>(examples, 3, queries, 1, indices)));
        Assert.Equal(0, Comparison.Allocated(() => NearestNeighbours.Predict<float>(examples, 3, labels, queries, 1, indices)));

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
