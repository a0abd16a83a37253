using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Losses;

/// <summary>Contrastive losses of embeddings are those of their products, and their gradients the products' times the other side.</summary>
public class EmbeddingTests
{
    private const int Columns = 5;

    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(40).WithQuietOnSuccess(true);

    private static double[] Rows(int n, int columns, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, n * columns).Select(_ => (double)(float)(random.NextDouble() - 0.5))];
    }

    private static readonly int[]?[] s_labels = new int[701][];

    /// <summary>Made once for each number: calls of which allocations are counted ask for them.</summary>
    private static int[] Labels(int n) => s_labels[n] ??= NewLabels(n);

    private static int[] NewLabels(int n) => [.. Enumerable.Range(0, n).Select(i => i % Math.Max(1, n / 3))];

    /// <summary>a b^T, of rows of so many.</summary>
    private static double[] Product(double[] a, double[] b, int columns) =>
    [
        .. from i in Enumerable.Range(0, a.Length / columns)
           from j in Enumerable.Range(0, b.Length / columns)
           select Enumerable.Range(0, columns).Aggregate(0.0, (sum, k) => Math.FusedMultiplyAdd(a[(i * columns) + k], b[(j * columns) + k], sum)),
    ];

    private static double[] Transposed(double[] a, int columns) =>
        [.. from j in Enumerable.Range(0, columns) from i in Enumerable.Range(0, a.Length / columns) select a[(i * columns) + j]];

    private static void For(Action<int, double[], double[]> law) => Prop.ForAll(
        Arb.From(from n in Gen.Choose(1, 50) from seed in Gen.Choose(0, 1 << 20) select (n, seed)),
        p => law(p.n, Rows(p.n, Columns, p.seed), Rows(p.n, Columns, p.seed + 1))).Check(Settings);

    private delegate LossTally Call(double[] first, double[] second, double[]? losses, double[]? byFirst, double[]? bySecond, LossOptions<double> options);

    private static LossTally Sigmoid(double[] e, double[] f, double[]? losses, double[]? byFirst, double[]? bySecond, LossOptions<double> options)
    {
        SigLip loss = new(10, -3);
        return losses != null ? Loss.PerRow(loss, e, f, Columns, losses, options)
            : byFirst != null ? Loss.EvaluateWithGradient(loss, e, f, Columns, byFirst, bySecond!, options)
            : Loss.Evaluate(loss, e, f, Columns, options);
    }

    private static LossTally Clip(double[] e, double[] f, double[]? losses, double[]? byFirst, double[]? bySecond, LossOptions<double> options)
    {
        ClipLoss loss = new(0.1);
        return losses != null ? Loss.PerRow(loss, e, f, Columns, losses, options)
            : byFirst != null ? Loss.EvaluateWithGradient(loss, e, f, Columns, byFirst, bySecond!, options)
            : Loss.Evaluate(loss, e, f, Columns, options);
    }

    private static LossTally Supervised(double[] e, double[] f, double[]? losses, double[]? byFirst, double[]? bySecond, LossOptions<double> options)
    {
        SupCon loss = new(0.1);
        int[] labels = Labels(e.Length / Columns);
        return losses != null ? Loss.PerRow(loss, e, Columns, labels, losses, options)
            : byFirst != null ? Loss.EvaluateWithGradient(loss, e, Columns, labels, byFirst, options)
            : Loss.Evaluate(loss, e, Columns, labels, options);
    }

    private static LossTally OfProduct(string name, double[] s, double[] losses, double[] gradient, LossOptions<double> options)
    {
        int[] labels = Labels(losses.Length);
        (LossTally tally, LossTally each) = name switch
        {
            nameof(SigLip) => (Loss.EvaluateWithGradient(new SigLip(10, -3), s, gradient, options), Loss.PerRow(new SigLip(10, -3), s, losses, options)),
            nameof(ClipLoss) => (Loss.EvaluateWithGradient(new ClipLoss(0.1), s, gradient, options), Loss.PerRow(new ClipLoss(0.1), s, losses, options)),
            _ => (Loss.EvaluateWithGradient(new SupCon(0.1), s, labels, gradient, options), Loss.PerRow(new SupCon(0.1), s, labels, losses, options)),
        };
        Assert.Equal(tally, each);
        return tally;
    }

    public static TheoryData<string> Names => [nameof(SigLip), nameof(ClipLoss), nameof(SupCon)];

    private static Call Of(string name) => name switch { nameof(SigLip) => Sigmoid, nameof(ClipLoss) => Clip, _ => Supervised };

    [Theory, MemberData(nameof(Names))]
    public void TheyAreThoseOfTheProduct(string name) => For((n, e, f) =>
    {
        bool isOne = name == nameof(SupCon);
        if (isOne) f = e;
        double[] s = Product(e, f, Columns), g = new double[n * n], expected = new double[n], losses = new double[n], byFirst = new double[e.Length], bySecond = new double[e.Length];
        double[] weights = [.. Enumerable.Range(0, n).Select(i => i % 5 == 2 ? 0 : 0.5 + (i % 3))];
        bool[] mask = [.. Enumerable.Range(0, n).Select(i => i % 7 != 3)];
        for (int kind = 0; kind < 4; kind++)
        {
            LossOptions<double> options = new() { Weights = (kind & 1) != 0 ? weights : [], Mask = (kind & 2) != 0 ? mask : [], Denominator = kind == 3 ? 7 : null };
            LossTally tally = OfProduct(name, s, expected, g, options);
            Assert.Equal(tally, Of(name)(e, f, null, null, null, options));
            Assert.Equal(tally, Of(name)(e, f, losses, null, null, options));
            Assert.Equal(expected, losses);
            Assert.Equal(tally, Of(name)(e, f, null, byFirst, bySecond, options));
            double[] toFirst = Product(g, Transposed(f, Columns), n), toSecond = Product(Transposed(g, n), Transposed(e, Columns), n);
            if (isOne) toFirst = [.. toFirst.Zip(toSecond, (a, b) => a + b)];
            Near(toFirst, byFirst);
            if (!isOne) Near(toSecond, bySecond);
            double[] added = [.. Enumerable.Repeat(0.25, e.Length)], addedToo = [.. added];
            Of(name)(e, f, null, added, addedToo, new() { Weights = options.Weights, Mask = options.Mask, Denominator = options.Denominator, Accumulate = true });
            Near([.. toFirst.Select(v => v + 0.25)], added);
            if (!isOne) Near([.. toSecond.Select(v => v + 0.25)], addedToo);
        }

        static void Near(double[] expected, double[] actual) => Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-13));
    });

    /// <summary>What a pair that does not count holds reaches neither gradient, for 0 times NaN is none.</summary>
    [Theory, InlineData(nameof(SigLip)), InlineData(nameof(ClipLoss))]
    public void APairThatDoesNotCountMayHoldNaN(string name) => For((n, e, f) =>
    {
        bool[] mask = [.. Enumerable.Range(0, n).Select(i => i % 3 != 1)];
        double[] byFirst = new double[e.Length], bySecond = new double[e.Length], dirtyFirst = new double[e.Length], dirtySecond = new double[e.Length];
        LossTally clean = Of(name)(e, f, null, byFirst, bySecond, new() { Mask = mask });
        for (int i = 0; i < e.Length; i++) (e[i], f[i]) = mask[i / Columns] ? (e[i], f[i]) : (double.NaN, double.PositiveInfinity);
        Assert.Equal(clean, Of(name)(e, f, null, dirtyFirst, dirtySecond, new() { Mask = mask }));
        Close.Same<double>(byFirst, dirtyFirst, "first");
        Close.Same<double>(bySecond, dirtySecond, "second");
        for (int i = 0; i < e.Length; i++)
        {
            if (!mask[i / Columns]) Assert.Equal((0, 0), (dirtyFirst[i], dirtySecond[i]));
        }
    });

    /// <summary>More rows than a block: 700 rows of 700 are two.</summary>
    [Theory, MemberData(nameof(Names))]
    public void BlocksAndThreadsMoveNoBit(string name)
    {
        const int N = 700;
        double[] e = Rows(N, Columns, 1), f = name == nameof(SupCon) ? e : Rows(N, Columns, 2), losses = new double[N], expected = new double[N], g = new double[N * N];
        double[][] gradients = [.. Enumerable.Range(0, 4).Select(_ => new double[e.Length])];
        LossTally tally = OfProduct(name, Product(e, f, Columns), expected, g, default);
        Assert.Equal(tally, Of(name)(e, f, losses, null, null, default));
        Assert.Equal(expected, losses);
        Assert.Equal(tally, Of(name)(e, f, null, gradients[0], gradients[1], default));
        Assert.Equal(tally, Of(name)(e, f, null, gradients[2], gradients[3], new() { Threads = 3 }));
        Close.Same<double>(gradients[0], gradients[2], "first");
        Close.Same<double>(gradients[1], gradients[3], "second");
        double[] toFirst = Product(g, Transposed(f, Columns), N), toSecond = Product(Transposed(g, N), Transposed(e, Columns), N);
        for (int i = 0; i < e.Length; i += 37)
        {
            Assert.Equal(name == nameof(SupCon) ? toFirst[i] + toSecond[i] : toFirst[i], gradients[0][i], 1e-13);
            if (name != nameof(SupCon)) Assert.Equal(toSecond[i], gradients[1][i], 1e-13);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void NothingIsAllocatedAndNothingCountedIsZeros(string name)
    {
        double[] e = Rows(20, Columns, 3), f = name == nameof(SupCon) ? e : Rows(20, Columns, 4), byFirst = new double[e.Length], bySecond = new double[e.Length];
        Assert.Equal(0, Comparison.Allocated(() => Of(name)(e, f, null, null, null, default)));
        Assert.Equal(0, Comparison.Allocated(() => Of(name)(e, f, null, byFirst, bySecond, default)));
        bool[] none = new bool[20];
        double[] bad = [.. e.Select(_ => double.NaN)];
        byFirst.AsSpan().Fill(5);
        bySecond.AsSpan().Fill(name == nameof(SupCon) ? 0 : 5);
        Assert.Equal(default, Of(name)(bad, bad, null, byFirst, bySecond, new() { Mask = none }));
        Assert.All([.. byFirst, .. bySecond], v => Assert.Equal(0, v));
        Assert.Equal(default, Of(name)([], [], null, [], [], default));
    }

    /// <summary>Rows of the positive's product and the negatives', and the gradients that each of the three has of that by them.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void ExplicitNegativesAreThoseOfTheProducts(bool hasOwn) => For((n, q, p) =>
    {
        int count = n % 4, width = 1 + count;
        InfoNCE loss = new(0.1, hasOwn);
        double[] negatives = Rows(hasOwn ? n * count : count, Columns, n), s = new double[n * width], g = new double[n * width], expected = new double[n], losses = new double[n];
        for (int i = 0; i < n * width; i++)
        {
            double[] query = Row(q, i / width), other = i % width == 0 ? Row(p, i / width) : Row(negatives, Negative(i));
            s[i] = Product(query, other, Columns)[0];
        }

        bool[] mask = [.. Enumerable.Range(0, n).Select(i => i % 4 != 2)];
        double[] weights = [.. Enumerable.Range(0, n).Select(i => 0.5 + (i % 3))], byQuery = [.. q.Select(_ => 0.25)], byPositive = [.. byQuery], byNegative = [.. negatives.Select(_ => 0.25)];
        LossOptions<double> options = new() { Weights = weights, Mask = mask }, added = new() { Weights = weights, Mask = mask, Accumulate = true };
        LossTally tally = Loss.EvaluateWithGradient(loss, s, width, g, options);
        Loss.PerRow(loss, s, width, expected, options);
        for (int i = 0; i < q.Length; i++) (q[i], p[i]) = mask[i / Columns] ? (q[i], p[i]) : (double.NaN, double.NaN); // reaches no other row's gradient
        Assert.Equal(tally, Loss.Evaluate(loss, q, p, negatives, Columns, options));
        Assert.Equal(tally, Loss.PerRow(loss, q, p, negatives, Columns, losses, options));
        Assert.Equal(expected, losses);
        Assert.Equal(tally, Loss.EvaluateWithGradient(loss, q, p, negatives, Columns, new(byQuery, byPositive, byNegative), added));
        Check(0.25);
        Loss.Gradient(loss, q, p, negatives, Columns, new(byQuery, byPositive, byNegative), options);
        Check(0);

        double[] Row(double[] rows, int i) => rows[(i * Columns)..((i + 1) * Columns)];

        int Negative(int i) => hasOwn ? (i / width * count) + (i % width) - 1 : (i % width) - 1;

        void Check(double before)
        {
            double[] toQuery = [.. q.Select(_ => before)], toPositive = [.. toQuery], toNegative = [.. negatives.Select(_ => before)];
            for (int i = 0; i < n * width; i++)
            {
                for (int k = 0; k < Columns && mask[i / width]; k++)
                {
                    int at = (i / width * Columns) + k;
                    toQuery[at] += g[i] * (i % width == 0 ? p[at] : negatives[(Negative(i) * Columns) + k]);
                    if (i % width == 0) toPositive[at] += g[i] * q[at];
                    else toNegative[(Negative(i) * Columns) + k] += g[i] * q[at];
                }
            }

            Assert.All(toQuery.Zip(byQuery), v => Assert.Equal(v.First, v.Second, 1e-13));
            Assert.All(toPositive.Zip(byPositive), v => Assert.Equal(v.First, v.Second, 1e-13));
            Assert.All(toNegative.Zip(byNegative), v => Assert.Equal(v.First, v.Second, 1e-13));
        }
    });

    [Fact]
    public void ExplicitNegativesAllocateNothingAndShareThreads()
    {
        const int N = 300;
        double[] q = Rows(N, Columns, 1), p = Rows(N, Columns, 2), negatives = Rows(1200, Columns, 3), byQuery = new double[q.Length], byPositive = new double[q.Length], byNegative = new double[negatives.Length];
        double[] first = new double[q.Length], second = new double[q.Length], third = new double[negatives.Length];
        foreach (bool hasOwn in new[] { false, true })
        {
            InfoNCE loss = new(0.1, hasOwn);
            LossTally one = Loss.EvaluateWithGradient(loss, q, p, negatives, Columns, new(byQuery, byPositive, byNegative));
            Assert.Equal(one, Loss.EvaluateWithGradient(loss, q, p, negatives, Columns, new(first, second, third), new() { Threads = 3 }));
            Close.Same<double>(byQuery, first, "queries");
            Close.Same<double>(byPositive, second, "positives");
            Close.Same<double>(byNegative, third, "negatives");
            Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient(loss, q, p, negatives, Columns, new(byQuery, byPositive, byNegative))));
            Assert.Equal(default, Loss.EvaluateWithGradient(loss, q, p, negatives, Columns, new(byQuery, byPositive, byNegative), new() { Weights = new double[N] }));
            Assert.All([.. byQuery, .. byPositive, .. byNegative], v => Assert.Equal(0, v));
        }
    }

    [Fact]
    public void BadCallsSayWhy()
    {
        float[] e = new float[6], gradient = [5, 5, 5, 5, 5, 5];
        Says("first has 6 elements, which is not a whole number of rows of 4", () => Loss.Evaluate<float>(new ClipLoss(1), e, e, 4));
        Says("second has 3", () => Loss.Evaluate<float>(new SigLip(1, 0), e, new float[3], 3));
        Says("columns is 0", () => Loss.Evaluate<float>(new SupCon(1), e, 0, [0, 0]));
        Says("embeddings has 6 elements, which is not a whole number of rows of 4", () => Loss.Evaluate<float>(new SupCon(1), e, 4, [0, 0]));
        Says("labels has 3 elements; a label for each row needs 2", () => Loss.Evaluate<float>(new SupCon(1), e, 3, [0, 0, 0]));
        Says("Scale is 0", () => Loss.EvaluateWithGradient<float>(default(SigLip), e, e, 3, gradient, new float[6]));
        Says("firstGradient overlaps first", () => Loss.EvaluateWithGradient<float>(new ClipLoss(1), e, new float[6], 3, e, gradient));
        Says("secondGradient overlaps firstGradient", () => Loss.EvaluateWithGradient<float>(new ClipLoss(1), e, new float[6], 3, gradient, gradient));
        Says("negatives has 9 elements; as many rows for each query needs 6", () => Loss.Evaluate<float>(new InfoNCE(1, HasOwnNegatives: true), e, e, new float[9], 3));
        Says("positives has 3", () => Loss.Evaluate<float>(new InfoNCE(1), e, new float[3], e, 3));
        Says("gradient overlaps embeddings", () => Loss.EvaluateWithGradient<float>(new SupCon(1), e, 3, [0, 0], e));
        Assert.Equal([5, 5, 5, 5, 5, 5], gradient);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
