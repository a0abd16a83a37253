using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Contracts;

/// <summary>The laws every function of rows of logits obeys: the definition, half precision, in place, the gradient.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 60)]
public class RowMapContract
{
    public static TheoryData<string> Names => [.. RowMapCase.All.Select(c => c.Name)];

    private static RowMapCase Find(string name) => RowMapCase.All.Single(c => c.Name == name);

    [Property]
    public void EachRowIsTheDefinition(Batch batch)
    {
        foreach (RowMapCase c in RowMapCase.All)
        {
            Definition<float>(c, batch, 2e-6);
            Definition<double>(c, batch, 1e-13);
        }
    }

    private static void Definition<T>(RowMapCase c, Batch batch, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = batch.As<T>(), y = new T[c.IsOneNumber ? batch.Rows : x.Length];
        c.Bound<T>().Forward(x, batch.ClassCount, y);
        int width = c.IsOneNumber ? 1 : batch.ClassCount;
        for (int r = 0; r < batch.Rows; r++)
        {
            double[] expected = c.Value(batch.Logits[(r * batch.ClassCount)..((r + 1) * batch.ClassCount)]);
            for (int i = 0; i < width; i++)
            {
                double actual = double.CreateTruncating(y[(r * width) + i]);
                bool isClose = Close.IsClose(expected[i], actual, tolerance, 1e-37) || Math.Abs(expected[i] - actual) <= tolerance;
                Assert.True(isClose, $"{c.Name} of {typeof(T).Name}, [{r}, {i}]: {actual:R}, not {expected[i]:R}");
            }
        }

        if (c.IsOneNumber) return;
        c.Bound<T>().Forward(x, batch.ClassCount, x);
        Close.Same<T>(y, x, $"{c.Name} in place");
    }

    [Theory, MemberData(nameof(Names))]
    public void HalfGivesTheBitsOfWideningFirst(string name)
    {
        RowMapCase c = Find(name);
        foreach ((int classCount, int rows) in new[] { (3, 200), (10, 1), (100, 70), (1500, 66), (70_001, 2) })
        {
            Random random = new(classCount);
            Half[] half = [.. Enumerable.Range(0, classCount * rows).Select(_ => (Half)((random.NextDouble() - 0.5) * 20))];
            half[^1] = Half.NegativeInfinity;
            float[] expected = new float[c.IsOneNumber ? rows : half.Length], actual = new float[expected.Length];
            c.Float.Forward(Array.ConvertAll(half, v => (float)v), classCount, expected);
            c.OfHalf(half, classCount, actual);
            Close.Same<float>(expected, actual, $"{name}, rows of {classCount}");
            Assert.Equal(0, Comparison.Allocated(() => c.OfHalf(half, classCount, actual)));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void TheGradientIsTheJacobiansProduct(string name)
    {
        RowMapCase c = Find(name);
        foreach (int columns in new[] { 1, 10, 501 })
        {
            double[] x = [.. Enumerable.Range(0, 2 * columns).Select(i => 3 * Math.Sin(i * 1.7))], d = new double[x.Length];
            double[] y = new double[c.IsOneNumber ? 2 : x.Length], g = [.. y.Select((_, i) => Math.Sin((i * 1.3) + 1))];
            c.Double.Forward(x, columns, y);
            c.Double.Backward(x, y, columns, g, d);
            int width = c.IsOneNumber ? 1 : columns;
            for (int i = 0; i < x.Length; i += Math.Max(1, x.Length / 20))
            {
                double[] row = x[(i / columns * columns)..((i / columns * columns) + columns)], along = g[(i / columns * width)..((i / columns * width) + width)];
                double numerical = NumericalDerivative.FivePoint(
                    v =>
                    {
                        row[i % columns] = v;
                        return c.Value(row).Zip(along, (a, b) => a * b).Sum();
                    },
                    x[i],
                    1e-3);
                Assert.Equal(numerical, d[i], 1e-8);
            }

            Assert.Equal(0, Comparison.Allocated(() => c.Double.Backward(x, y, columns, g, d)));
        }
    }
}
