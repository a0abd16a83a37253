using System.Numerics;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

/// <summary>
/// Options over batches of many rows, block after block, against the definition in double: rows of few and of many classes, logits
/// near and far apart, masked classes, skipped rows that hold NaN, and a row of NaN that must not reach its neighbours.
/// </summary>
public class CrossEntropyOptionBatchTests
{
    [Property(MaxTest = 150)]
    public void DoubleIsTheDefinition(int seed) => Check<double>(seed, 1e-12);

    [Property(MaxTest = 150)]
    public void SingleIsTheDefinition(int seed) => Check<float>(seed, 4e-6);

    private static void Check<T>(int seed, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(seed);
        int classCount = random.Next(1, random.Next(2) == 0 ? 12 : 90), rows = random.Next(1, 150);
        bool isSoft = random.Next(2) == 0;
        double spread = new[] { 0.1, 3, 30, 300 }[random.Next(4)];
        T[] x = new T[rows * classCount], targets = new T[x.Length], rowWeights = new T[rows], classWeights = new T[classCount];
        int[] labels = new int[rows];
        for (int i = 0; i < x.Length; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            x[i] = random.Next(20) == 0 ? T.NegativeInfinity : T.CreateTruncating(normal * spread);
            targets[i] = random.Next(3) == 0 ? T.Zero : T.CreateTruncating(random.NextDouble() * 2 / classCount);
        }

        for (int r = 0; r < rows; r++)
        {
            labels[r] = random.Next(classCount);
            rowWeights[r] = T.CreateTruncating(random.Next(4) == 0 ? 0 : random.NextDouble() + 0.1);
            int kind = random.Next(12);
            if (kind == 0 && !isSoft) labels[r] = -100;
            if (kind == 1) x[(r * classCount) + random.Next(classCount)] = T.NaN;
            if (kind == 2) x[r * classCount] = T.CreateTruncating(1000);
        }

        for (int c = 0; c < classCount; c++) classWeights[c] = T.CreateTruncating(random.NextDouble() + 0.2);
        int bits = random.Next(128);
        bool hasRowWeights = (bits & 2) != 0, hasClassWeights = (bits & 1) != 0;
        double smoothing = (bits & 4) != 0 ? 0.1 : 0, temperature = (bits & 8) != 0 ? 2 : 1, softcap = (bits & 16) != 0 ? 20 : 0;
        double zLoss = (bits & 32) != 0 ? 0.01 : 0, gamma = (bits & 64) != 0 ? 2 : 0;
        SoftmaxCrossEntropy loss = new()
        {
            LabelSmoothing = smoothing,
            Temperature = temperature,
            Softcap = softcap == 0 ? null : softcap,
            ZLoss = zLoss,
            FocalGamma = gamma,
        };
        LossOptions<T> options = new()
        {
            IgnoreLabel = isSoft ? null : -100,
            ClassWeights = hasClassWeights ? classWeights : [],
            Weights = hasRowWeights ? rowWeights : [],
            Denominator = 8,
        };
        T[] gradient = new T[x.Length], losses = new T[rows];
        LossTally tally;
        if (isSoft)
        {
            tally = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T>(loss, x, classCount, targets, gradient, options);
            Assert.Equal(tally, Loss.PerRow<SoftmaxCrossEntropy, T>(loss, x, classCount, targets, losses, options));
        }
        else
        {
            tally = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(loss, x, classCount, labels, gradient, options);
            Loss.PerRow<SoftmaxCrossEntropy, T, int>(loss, x, classCount, labels, losses, options);
        }

        T[] inPlace = [.. x];
        if (isSoft) Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T>(loss, inPlace, classCount, targets, inPlace, options);
        else Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(loss, inPlace, classCount, labels, inPlace, options);
        Assert.Equal(gradient, inPlace);

        double sum = 0;
        for (int r = 0; r < rows; r++)
        {
            string where = $"seed {seed}, {classCount} classes, row {r}, options {bits}, soft {isSoft}, spread {spread}";
            double weight = hasRowWeights ? double.CreateTruncating(rowWeights[r]) : 1;
            bool isSkipped = weight == 0 || (!isSoft && labels[r] == -100);
            double[] given = [.. x.Skip(r * classCount).Take(classCount).Select(double.CreateTruncating)];
            double[] counted = isSoft ? Reference.Widen<T>(targets.AsSpan(r * classCount, classCount))
                : isSkipped ? new double[classCount] : CrossEntropyDefinition.OneHot(labels[r], classCount);
            (double ofRow, double[] slope) = new CrossEntropyDefinition(loss).Of(given, counted, hasClassWeights ? Reference.Widen<T>(classWeights) : []);
            double expectedLoss = isSkipped ? 0 : ofRow * weight;
            sum += expectedLoss;

            // Inputs' rounding is a float's: a logit of 300 divided by the softcap is off by 1e-5 before anything is computed.
            double reach = tolerance * (1 + (spread / 3));
            Near(expectedLoss, losses[r], reach * (1 + Math.Abs(expectedLoss)), where);
            for (int c = 0; c < classCount; c++)
            {
                double expected = isSkipped ? 0 : weight / 8 * slope[c];
                Near(expected, gradient[(r * classCount) + c], reach * (1 + Math.Abs(expected)), $"{where}, class {c}");
            }
        }

        if (double.IsFinite(sum)) Assert.True(Math.Abs(sum - tally.Sum) <= tolerance * (1 + (spread / 3)) * (1 + Math.Abs(sum)), $"seed {seed}: {tally.Sum}, not {sum}");
    }

    private static void Near<T>(double expected, T actual, double tolerance, string where)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double value = double.CreateTruncating(actual);
        bool isNear = expected.Equals(value) || Math.Abs(expected - value) <= tolerance;
        Assert.True(isNear, $"{where}: {value:R}, not {expected:R}");
    }
}
