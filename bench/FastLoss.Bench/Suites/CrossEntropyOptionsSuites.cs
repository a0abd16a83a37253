using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace FastLoss.Bench.Suites;

/// <summary>Softmax cross-entropy with one option at a time, beside the plain loss of the same rows.</summary>
public abstract class CrossEntropyOptionsBase<T> : LogitsSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Smoothing = 0.1, Temperature = 2, Softcap = 5, ZLoss = 1e-3, Gamma = 2;

    /// <summary>No row has it: what is measured is the asking.</summary>
    private const int Ignored = -100;

    private AlignedBuffer<T> _classWeights = null!, _rowWeights = null!;

    [ParamsSource(nameof(Variants))]
    public override string Variant { get; set; } = "";

    public override IReadOnlyList<string> Variants { get; } =
    [
        "plain", "class weights", "row weights", "ignored label", "label smoothing", "temperature", "logit softcap",
        "z-loss", "focal", "denominator", "soft targets", "everything",
    ];

    public override IEnumerable<Shape> Shapes { get; } = [new(4_000, 10), new(1_000, 1_000)];

    protected AlignedBuffer<T> Targets { get; private set; } = null!;

    protected bool IsPlain => Variant == "plain";

    protected bool IsSoft => Variant == "soft targets";

    /// <summary>A ref struct, so made anew at each call, of fields.</summary>
    protected LossOptions<T> Options => new()
    {
        ClassWeights = Has("class weights") ? _classWeights.Span : default,
        Weights = Has("row weights") ? _rowWeights.Span : default,
        IgnoreLabel = Has("ignored label") ? Ignored : null,
        Denominator = Has("denominator") ? Shape.Rows : null,
    };

    protected SoftmaxCrossEntropy Measured => new()
    {
        LabelSmoothing = Has("label smoothing") ? Smoothing : 0,
        Temperature = Has("temperature") ? Temperature : 1,
        Softcap = Has("logit softcap") ? Softcap : null,
        ZLoss = Has("z-loss") ? ZLoss : 0,
        FocalGamma = Has("focal") ? Gamma : 0,
    };

    protected override void Allocate()
    {
        base.Allocate();
        Random random = new(20260105);
        _classWeights = Buffer<T>(Shape.Classes);
        _rowWeights = Buffer<T>(Shape.Rows);
        foreach (ref T w in _classWeights.Span) w = T.CreateTruncating(0.5 + random.NextDouble());
        foreach (ref T w in _rowWeights.Span) w = T.CreateTruncating(0.5 + random.NextDouble());
        Targets = Buffer<T>(Shape.Elements);
        for (int row = 0; row < Shape.Rows; row++)
        {
            Span<T> targets = Targets.Span.Slice(row * Shape.Classes, Shape.Classes);
            T sum = T.Zero;
            foreach (ref T t in targets) sum += t = T.CreateTruncating(random.NextDouble());
            foreach (ref T t in targets) t /= sum;
        }
    }

    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        double actual = run(), sum = 0, weight = 0;
        for (int row = 0; row < Shape.Rows; row++)
        {
            double[] x = Row(row);
            sum += RowLoss(row, x);
            weight += RowWeight(row);
        }
        Require(contender, actual, sum / weight, sum / weight, 2 * tolerance, $"as the mean with {Variant}");
        if (Gradient is not { } gradient) return;
        if (Has("denominator")) weight = Shape.Rows;
        const double h = 1e-5;
        foreach (int row in (int[])[0, Shape.Rows / 2, Shape.Rows - 1])
        {
            double[] x = Row(row);
            foreach (int i in (int[])[0, Shape.Classes / 3, Labels.Span[row], Shape.Classes - 1])
            {
                double saved = x[i];
                x[i] = saved + h;
                double above = RowLoss(row, x);
                x[i] = saved - h;
                double slope = (above - RowLoss(row, x)) / (2 * h) / weight;
                x[i] = saved;
                double element = double.CreateTruncating(gradient.Span[(row * Shape.Classes) + i]);
                Require(contender, element, slope, Math.Abs(slope) + (1e-2 / Shape.Rows), 1e-3, $"as the derivative [{row}, {i}] with {Variant}");
            }
        }
    }

    /// <summary>Where the gradient was written; null where there is none.</summary>
    protected virtual AlignedBuffer<T>? Gradient => null;

    private bool Has(string option) => Variant == option || Variant == "everything";

    private double[] Row(int row)
    {
        double[] x = new double[Shape.Classes];
        for (int i = 0; i < x.Length; i++) x[i] = double.CreateTruncating(Logits.Span[(row * x.Length) + i]);
        return x;
    }

    private double RowWeight(int row) =>
        (Has("row weights") ? double.CreateTruncating(_rowWeights.Span[row]) : 1) * ClassWeight(Labels.Span[row]);

    private double ClassWeight(int i) => Has("class weights") ? double.CreateTruncating(_classWeights.Span[i]) : 1;

    /// <summary>The formula of <see cref="SoftmaxCrossEntropy"/>.</summary>
    private double RowLoss(int row, double[] logits)
    {
        double[] x = [.. logits];
        if (Has("logit softcap")) x = [.. x.Select(v => Softcap * Math.Tanh(v / Softcap))];
        if (Has("temperature")) x = [.. x.Select(v => v / Temperature)];
        double lse = LogSumExpOf(x), smoothing = Has("label smoothing") ? Smoothing : 0, loss = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double q = IsSoft ? double.CreateTruncating(Targets.Span[(row * x.Length) + i]) : i == Labels.Span[row] ? 1 : 0;
            q = (q * (1 - smoothing)) + (smoothing / x.Length);
            if (q == 0) continue;
            double log = x[i] - lse;
            loss -= ClassWeight(i) * q * (Has("focal") ? Math.Pow(1 - Math.Exp(log), Gamma) : 1) * log;
        }
        if (Has("z-loss")) loss += ZLoss * lse * lse;
        return Has("row weights") ? loss * double.CreateTruncating(_rowWeights.Span[row]) : loss;
    }
}

/// <summary>The mean of the batch.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class CrossEntropyOptionsSuite<T> : CrossEntropyOptionsBase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Routine => "Cross-entropy with";

    public override int Passes => 1;

    [Benchmark(Baseline = true)]
    public double FastLoss() => IsPlain ? Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), Logits.Span, Shape.Classes, Labels.Span).Mean
        : IsSoft ? Loss.Evaluate<SoftmaxCrossEntropy, T>(new(), Logits.Span, Shape.Classes, Targets.Span).Mean
        : Loss.Evaluate(Measured, Logits.Span, Shape.Classes, Labels.Span, Options).Mean;

    [Benchmark]
    public double MemoryLimit() => Limits.Read(Logits);
}

/// <summary>The mean of the batch and its gradient in one call.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class CrossEntropyOptionsGradientSuite<T> : CrossEntropyOptionsBase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedBuffer<T> _gradient = null!;

    public override string Routine => "Cross-entropy and gradient with";

    public override int Passes => 3;

    [Benchmark(Baseline = true)]
    public double FastLoss() => IsPlain
        ? Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), Logits.Span, Shape.Classes, Labels.Span, _gradient.Span).Mean
        : IsSoft
        ? Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T>(new(), Logits.Span, Shape.Classes, Targets.Span, _gradient.Span).Mean
        : Loss.EvaluateWithGradient(Measured, Logits.Span, Shape.Classes, Labels.Span, _gradient.Span, Options).Mean;

    [Benchmark]
    public double MemoryLimit()
    {
        double sum = Limits.Read(Logits);
        Limits.Copy(Logits, _gradient);
        return sum;
    }

    protected override AlignedBuffer<T>? Gradient => _gradient;

    protected override void Allocate()
    {
        base.Allocate();
        _gradient = Buffer<T>(Shape.Elements);
    }
}
