using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

/// <summary>Losses of a linear classifier's scores: against the definition in double, and to the bit against the scores made whole.</summary>
public class LinearTests
{
    private static readonly SoftmaxCrossEntropy[] s_losses =
    [
        new(), new() { LabelSmoothing = 0.1 }, new() { Temperature = 2, ZLoss = 1e-3 }, new() { Softcap = 5 }, new() { FocalGamma = 2 },
        new() { LabelSmoothing = 0.2, Temperature = 0.5, Softcap = 8, ZLoss = 1e-2, FocalGamma = 1.5 },
    ];

    /// <summary>What a call is given; every option comes with every other.</summary>
    private sealed record Problem<T>(int Rows, int Features, int Classes, int Seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Random _random = new(Seed);

        public T[] Hidden { get; private set; } = [];

        public T[] Weights { get; private set; } = [];

        public T[] Bias { get; private set; } = [];

        public int[] Labels { get; private set; } = [];

        public T[] RowWeights { get; private set; } = [];

        public T[] ClassWeights { get; private set; } = [];

        public bool[] Mask { get; private set; } = [];

        public SoftmaxCrossEntropy Loss { get; private set; }

        public double? Denominator { get; private set; }

        public bool Accumulates { get; private set; }

        public Int128? Ignored { get; private set; }

        public Problem<T> Drawn()
        {
            Hidden = Values(Rows * Features);
            Weights = Values(Classes * Features);
            Bias = Coin() ? Values(Classes) : [];
            Labels = [.. Enumerable.Range(0, Rows).Select(_ => _random.Next(Classes))];
            RowWeights = Coin() ? [.. Enumerable.Range(0, Rows).Select(_ => T.CreateTruncating(_random.Next(4) * 0.5))] : [];
            ClassWeights = Coin() ? [.. Enumerable.Range(0, Classes).Select(_ => T.CreateTruncating(0.25 + _random.NextDouble()))] : [];
            Mask = Coin() ? [.. Enumerable.Range(0, Rows).Select(_ => _random.Next(3) > 0)] : [];
            Loss = s_losses[_random.Next(s_losses.Length)];
            Denominator = Coin() ? 3.5 : null;
            Accumulates = Coin();
            Ignored = Coin() && Rows > 0 ? Labels[0] : null;
            for (int r = 0; r < Rows; r++)
            {
                // What does not count may hold anything.
                if (!Counts(r)) Hidden.AsSpan(r * Features, Features).Fill(T.NaN);
            }

            return this;
        }

        public bool Counts(int row) => (RowWeights.Length == 0 || RowWeights[row] != T.Zero) && (Mask.Length == 0 || Mask[row]) && !(Ignored is { } label && label == Labels[row]);

        public LossOptions<T> Options(int threads = 0, bool accumulates = false) => new()
        {
            Weights = RowWeights,
            ClassWeights = ClassWeights,
            Mask = Mask,
            IgnoreLabel = Ignored,
            Denominator = Denominator,
            Accumulate = accumulates,
            Threads = threads,
        };

        public LinearScores<T> Scores(int chunk = 0) => new(Hidden, Features, Weights, Bias) { ChunkRows = chunk };

        public T[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating((_random.NextDouble() - 0.5) * 3))];

        private bool Coin() => _random.Next(2) == 0;
    }

    private static Problem<T> Draw<T>(int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(seed);
        return new Problem<T>(random.Next(40), 1 + random.Next(20), 1 + random.Next(random.Next(4) == 0 ? 150 : 12), seed).Drawn();
    }

    /// <summary>The scores made whole give the same tally, losses and gradients, to the bit, in chunks of any length and on any threads.</summary>
    [Property(MaxTest = 150)]
    public Property Chunks_and_threads_change_no_bit() => Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
    {
        SameAsWhole(Draw<float>(seed));
        SameAsWhole(Draw<double>(seed + 1));
    });

    private static void SameAsWhole<T>(Problem<T> p)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] scores = new T[p.Rows * p.Classes], gradient = new T[scores.Length], losses = new T[p.Rows];
        for (int r = 0; r < p.Rows; r++)
        {
            for (int c = 0; c < p.Classes; c++) scores[(r * p.Classes) + c] = Chain(p.Bias.Length == 0 ? T.Zero : p.Bias[c], p.Features, k => p.Hidden[(r * p.Features) + k], k => p.Weights[(c * p.Features) + k]);
        }

        LossTally whole = Loss.EvaluateWithGradient(p.Loss, scores, p.Classes, p.Labels, gradient, p.Options());
        Loss.PerRow(p.Loss, scores, p.Classes, p.Labels, losses, p.Options());
        T[] before = p.Values(p.Hidden.Length + p.Weights.Length + p.Classes);
        int[] counted = [.. Enumerable.Range(0, p.Rows).Where(p.Counts)];
        T[] byHidden = new T[p.Hidden.Length], byWeights = new T[p.Weights.Length], byBias = new T[p.Classes];
        for (int i = 0; i < byHidden.Length; i++)
        {
            (int r, int k) = Math.DivRem(i, p.Features);
            T start = p.Accumulates ? before[i] : T.Zero;
            byHidden[i] = p.Counts(r) ? Chain(start, p.Classes, c => gradient[(r * p.Classes) + c], c => p.Weights[(c * p.Features) + k]) : start;
        }

        for (int i = 0; i < byWeights.Length; i++)
        {
            (int c, int k) = Math.DivRem(i, p.Features);
            byWeights[i] = Chain(p.Accumulates ? before[p.Hidden.Length + i] : T.Zero, counted.Length, j => gradient[(counted[j] * p.Classes) + c], j => p.Hidden[(counted[j] * p.Features) + k]);
        }

        for (int c = 0; c < p.Classes; c++)
            byBias[c] = Chain(p.Accumulates ? before[p.Hidden.Length + p.Weights.Length + c] : T.Zero, counted.Length, j => gradient[(counted[j] * p.Classes) + c], _ => T.One);

        foreach ((int chunk, int threads) in new[] { (0, 0), (1, 0), (3, 2), (64, -1), (1000, 3) })
        {
            T[] h = [.. before[..p.Hidden.Length]], w = [.. before[p.Hidden.Length..(p.Hidden.Length + p.Weights.Length)]], b = [.. before[^p.Classes..]], each = new T[p.Rows];
            Assert.Equal(whole, Loss.EvaluateWithGradient(p.Loss, p.Scores(chunk), p.Labels, new(h, w, b), p.Options(threads, p.Accumulates)));
            Comparison.Same<T>(byHidden, h, "by hidden states");
            Comparison.Same<T>(byWeights, w, "by weights");
            Comparison.Same<T>(byBias, b, "by bias");
            Assert.Equal(whole, Loss.Evaluate(p.Loss, p.Scores(chunk), p.Labels, p.Options(threads)));
            Assert.Equal(whole, Loss.PerRow(p.Loss, p.Scores(chunk), p.Labels, each, p.Options(threads)));
            Comparison.Same<T>(losses, each, "losses");
        }

        static T Chain(T start, int count, Func<int, T> left, Func<int, T> right)
        {
            for (int i = 0; i < count; i++) start = T.FusedMultiplyAdd(left(i), right(i), start);
            return start;
        }
    }

    /// <summary>By the definition, in double, with differences of it for the gradients.</summary>
    [Property(MaxTest = 60)]
    public Property Losses_and_gradients_are_those_of_the_definition() => Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
    {
        Random random = new(seed);
        Problem<double> p = new Problem<double>(1 + random.Next(5), 1 + random.Next(4), 2 + random.Next(5), seed).Drawn();
        double[] h = new double[p.Hidden.Length], w = new double[p.Weights.Length], b = new double[p.Classes];
        LossTally tally = Loss.EvaluateWithGradient(p.Loss, p.Scores(2), p.Labels, new(h, w, b), p.Options());
        if (p.Bias.Length == 0) b = [];
        double divisor = p.Denominator ?? tally.Weight;
        Assert.Equal(Definition(p, p.Hidden, p.Weights, p.Bias), tally.Sum, 1e-9 * Math.Max(1, Math.Abs(tally.Sum)));
        foreach ((double[] input, double[] gradient) in new[] { (p.Hidden, h), (p.Weights, w), (p.Bias, b) })
        {
            for (int i = 0; i < input.Length; i++)
            {
                if (double.IsNaN(input[i]))
                {
                    Assert.Equal(0, gradient[i]);
                    continue;
                }

                double old = input[i];
                input[i] = old + 1e-5;
                double up = Definition(p, p.Hidden, p.Weights, p.Bias);
                input[i] = old - 1e-5;
                double down = Definition(p, p.Hidden, p.Weights, p.Bias);
                input[i] = old;
                double expected = divisor == 0 ? 0 : (up - down) / 2e-5 / divisor;
                Assert.Equal(expected, gradient[i], 1e-6 * Math.Max(1, Math.Abs(expected)));
            }
        }
    });

    private static double Definition(Problem<double> p, double[] hidden, double[] weights, double[] bias)
    {
        double sum = 0;
        for (int r = 0; r < p.Rows; r++)
        {
            if (!p.Counts(r)) continue;
            double[] x = [.. Enumerable.Range(0, p.Classes).Select(c => (bias.Length == 0 ? 0 : bias[c]) + Enumerable.Range(0, p.Features).Sum(k => hidden[(r * p.Features) + k] * weights[(c * p.Features) + k]))];
            if (p.Loss.Softcap is { } cap) x = [.. x.Select(v => cap * Math.Tanh(v / cap))];
            x = [.. x.Select(v => v / p.Loss.Temperature)];
            double most = x.Max(), log = most + Math.Log(x.Sum(v => Math.Exp(v - most))), loss = p.Loss.ZLoss * log * log;
            for (int c = 0; c < p.Classes; c++)
            {
                double q = ((1 - p.Loss.LabelSmoothing) * (c == p.Labels[r] ? 1 : 0)) + (p.Loss.LabelSmoothing / p.Classes), weight = p.ClassWeights.Length == 0 ? 1 : p.ClassWeights[c];
                loss += weight * q * Math.Pow(1 - Math.Exp(x[c] - log), p.Loss.FocalGamma) * (log - x[c]);
            }

            sum += loss * (p.RowWeights.Length == 0 ? 1 : p.RowWeights[r]);
        }

        return sum;
    }

    /// <summary>Any loss of rows, by labels or targets, takes a classifier's scores.</summary>
    [Fact]
    public void Every_loss_of_rows_takes_them()
    {
        Problem<float> p = new Problem<float>(9, 5, 7, 3).Drawn();
        SameAsScores(p, new MultiClassHinge());
        SameAsScores(p, new CategoricalHinge());
        SameAsScores(p, new PolyCrossEntropy());
        SameAsScores(p, new BrierScore());
        float[] targets = p.Values(63), scores = ScoresOf(p), gradient = new float[63], w = new float[p.Weights.Length], losses = new float[9], each = new float[9];
        LossOptions<float> options = new() { Mask = new[] { true, true, false, true, true, false, false, true, true } };
        LossTally whole = Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), scores, 7, targets, gradient, options);
        Loss.PerRow(new SoftmaxCrossEntropy(), scores, 7, targets, losses, options);
        LinearScores<float> linear = new(p.Values(0), 5, p.Weights);
        linear = new(Clean(p), 5, p.Weights, p.Bias) { ChunkRows = 4 };
        Assert.Equal(whole, Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), linear, targets, new(default, w), options));
        Assert.Equal(whole, Loss.PerRow(new SoftmaxCrossEntropy(), linear, targets, each, options));
        Assert.Equal(losses, each);
        Assert.Contains(w, g => g != 0);
    }

    private static void SameAsScores<TLoss>(Problem<float> p, TLoss loss)
        where TLoss : struct, ILabelLoss
    {
        float[] losses = new float[p.Rows], each = new float[p.Rows], w = new float[p.Weights.Length];
        LossTally whole = Loss.PerRow(loss, ScoresOf(p), p.Classes, p.Labels, losses);
        LinearScores<float> scores = new(Clean(p), p.Features, p.Weights, p.Bias) { ChunkRows = 2 };
        Assert.Equal(whole, Loss.PerRow(loss, scores, p.Labels, each));
        Assert.Equal(losses, each);
        Assert.Equal(whole, Loss.EvaluateWithGradient(loss, scores, p.Labels, new(default, w)));
        Assert.Contains(w, g => g != 0);
    }

    private static float[] Clean(Problem<float> p) => [.. p.Hidden.Select(h => float.IsNaN(h) ? 0.5f : h)];

    private static float[] ScoresOf(Problem<float> p)
    {
        float[] hidden = Clean(p), scores = new float[p.Rows * p.Classes];
        for (int i = 0; i < scores.Length; i++)
        {
            (int r, int c) = Math.DivRem(i, p.Classes);
            scores[i] = p.Bias.Length == 0 ? 0 : p.Bias[c];
            for (int k = 0; k < p.Features; k++) scores[i] = float.FusedMultiplyAdd(hidden[(r * p.Features) + k], p.Weights[(c * p.Features) + k], scores[i]);
        }

        return scores;
    }

    /// <summary>A row of which the bias masks every class: NaN, or left out of the mean, which is then known from the scores alone.</summary>
    [Fact]
    public void Masked_rows_are_left_out_on_request()
    {
        float[] hidden = [1, 0, 0, 1, 2, 2], weights = [1, float.NegativeInfinity, 0.5f, float.NegativeInfinity], h = new float[6], w = new float[4];
        hidden[3] = 1;
        LinearScores<float> scores = new([1, 0, 0.5f, 0, 2, 1], 2, [1, 0, 0.5f, 0]);
        LossTally plain = Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), scores, [0, 1, 1], new(h, w), new() { MaskedRows = MaskedRows.Zeros });
        Assert.Equal(3, plain.Count);

        // -infinity times 1: both classes of the second row are masked.
        scores = new([1, 1e-3f, 0.5f], 1, [float.NegativeInfinity, float.NegativeInfinity]);
        LossTally none = Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), scores, [0, 1, 1], new(default, default), new() { MaskedRows = MaskedRows.Zeros });
        Assert.Equal((0, 0.0), (none.Count, none.Weight));
        Assert.True(double.IsNaN(none.Mean));
        Assert.True(double.IsNaN(Loss.Evaluate(new SoftmaxCrossEntropy(), scores, [0, 1, 1]).Sum));
        Assert.Equal([1, float.NegativeInfinity, 0.5f, float.NegativeInfinity], weights);
    }

    [Fact]
    public void Nothing_is_allocated_once_the_pool_is_warm()
    {
        Problem<float> p = new Problem<float>(300, 16, 40, 1).Drawn();
        float[] h = new float[p.Hidden.Length], w = new float[p.Weights.Length], b = new float[p.Classes];
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient(p.Loss, p.Scores(), p.Labels, new(h, w, b), p.Options())));
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_anything_is_written()
    {
        float[] h = [7, 7, 7, 7], w = [7, 7, 7, 7, 7, 7], hidden = [1, 2, 3, 4], weights = [1, 2, 3, 4, 5, 6];
        Refused<ArgumentException>("Hidden", () => Loss.Evaluate(new SoftmaxCrossEntropy(), new LinearScores<float>([1, 2, 3], 2, weights), [0, 1]));
        Refused<ArgumentException>("Weights", () => Loss.Evaluate(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, default), [0, 1]));
        Refused<ArgumentException>("Weights", () => Loss.Evaluate(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, [1, 2, 3]), [0, 1]));
        Refused<ArgumentException>("Bias", () => Loss.Evaluate(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, weights, [1, 2]), [0, 1]));
        Refused<ArgumentOutOfRangeException>("Features", () => Loss.Evaluate(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 0, weights), [0, 1]));
        Refused<ArgumentOutOfRangeException>("ChunkRows", () => Loss.Evaluate(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, weights) { ChunkRows = -1 }, [0, 1]));
        Refused<ArgumentException>("labels", () => Loss.Evaluate(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, weights), [0]));
        Refused<ArgumentOutOfRangeException>("labels[1] is 3", () => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, weights), [0, 3], new(h, w)));
        Refused<ArgumentException>("gradients.Hidden", () => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, weights), [0, 1], new(w, w)));
        Refused<ArgumentException>("gradients.Weights", () => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, weights), [0, 1], new(h, weights)));
        Refused<ArgumentException>("gradients.Hidden", () => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, weights), [0, 1], new(hidden, w)));
        Refused<ArgumentException>("gradients.Bias", () => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, weights, [1, 2, 3]), [0, 1], new(h, w, h)));
        Refused<ArgumentException>("targets", () => Loss.Evaluate(new SoftmaxCrossEntropy(), new LinearScores<float>(hidden, 2, weights), (ReadOnlySpan<float>)[1, 2, 3]));
        Assert.Equal([7, 7, 7, 7], h);
        Assert.Equal([7, 7, 7, 7, 7, 7], w);

        static void Refused<TException>(string says, Action call)
            where TException : ArgumentException => Assert.Contains(says, Assert.Throws<TException>(call).Message, StringComparison.Ordinal);
    }
}
