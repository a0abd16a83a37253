using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Activations;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 200)]
public class SoftmaxTests
{
    /// <summary>Probabilities up to here may be flushed.</summary>
    private const double FlushedFloat = 2e-38;

    [Property]
    public void IsWhatTheDefinitionSays(Batch batch)
    {
        AgainstDefinition<float>(batch, 1e-6, FlushedFloat);
        AgainstDefinition<double>(batch, 1e-13, 3.4e-308);
    }

    private static void AgainstDefinition<T>(Batch batch, double tolerance, double flushed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] logits = batch.As<T>();
        T[] p = new T[logits.Length];
        Softmax.Compute<T>(logits, batch.ClassCount, p);
        double[] wide = Reference.Widen<T>(logits);
        for (int r = 0; r < batch.Rows; r++)
        {
            Range row = (r * batch.ClassCount)..((r + 1) * batch.ClassCount);
            Close.Relative<T>(Reference.Softmax(wide[row]), p.AsSpan()[row], tolerance, $"{typeof(T).Name} row {r}", flushed);
        }
    }

    [Property]
    public void InPlaceGivesTheSameBits(Batch batch)
    {
        InPlace<float>(batch);
        InPlace<double>(batch);
    }

    private static void InPlace<T>(Batch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = batch.As<T>();
        T[] apart = new T[x.Length];
        Softmax.Compute<T>(x, batch.ClassCount, apart);
        Softmax.Compute<T>(x, batch.ClassCount, x);
        Close.Same<T>(apart, x, typeof(T).Name);
    }

    [Property]
    public void RowsDoNotInfluenceEachOther(Batch batch)
    {
        Rows<float>(batch);
        Rows<double>(batch);
    }

    private static void Rows<T>(Batch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = batch.As<T>();
        T[] together = new T[x.Length];
        Softmax.Compute<T>(x, batch.ClassCount, together);
        for (int r = 0; r < batch.Rows; r++)
        {
            Range row = (r * batch.ClassCount)..((r + 1) * batch.ClassCount);
            T[] alone = new T[batch.ClassCount];
            Softmax.Compute<T>(x[row], alone);
            Close.Same<T>(alone, together.AsSpan()[row], $"{typeof(T).Name} row {r}");

            // A neighbour of NaN changes nothing either.
            T[] poisoned = [.. x];
            if (r > 0) poisoned[(r - 1) * batch.ClassCount] = T.NaN;
            if (r + 1 < batch.Rows) poisoned[(r + 1) * batch.ClassCount] = T.NaN;
            Softmax.Compute<T>(poisoned, batch.ClassCount, poisoned);
            Close.Same<T>(alone, poisoned.AsSpan()[row], $"{typeof(T).Name} row {r} between NaN");
        }
    }

    [Property]
    public void ShiftingAllLogitsChangesNothing(Batch batch)
    {
        // Powers of two apart from nothing else, so that the shifted logits are exact.
        float[] x = Array.ConvertAll(batch.As<float>(), v => float.IsFinite(v) ? MathF.Round(v * 64) / 64 : v);
        foreach (float shift in new[] { 64f, -1024f, 8192f })
        {
            float[] shifted = Array.ConvertAll(x, v => v + shift);
            float[] p = new float[x.Length];
            float[] q = new float[x.Length];
            Softmax.Compute<float>(x, batch.ClassCount, p);
            Softmax.Compute<float>(shifted, batch.ClassCount, q);
            Close.Relative<float>(Reference.Widen<float>(p), q, 1e-6, $"shift {shift}", FlushedFloat);
        }
    }

    [Fact]
    public void EveryLengthUpTo300AndAroundTheBlocks()
    {
        Random random = new(7);
        foreach (int n in Enumerable.Range(0, 301).Concat([511, 512, 513, 1023, 1025, 4095, 4097, 8191, 8193, 20_000]))
        {
            double[] logits = [.. Enumerable.Range(0, n).Select(_ => (double)(float)((random.NextDouble() - 0.5) * 20))];
            AgainstDefinition<float>(new Batch(logits, Math.Max(n, 1), new int[n == 0 ? 0 : 1]), 1e-6, FlushedFloat);
            AgainstDefinition<double>(new Batch(logits, Math.Max(n, 1), new int[n == 0 ? 0 : 1]), 1e-13, 3.4e-308);
        }
    }

    [Theory]
    [InlineData(1 << 16)]
    [InlineData((int)ScaleExp.StreamBytes / sizeof(float))] // the first length whose destination is written past the cache
    [InlineData(((int)ScaleExp.StreamBytes / sizeof(float)) + 77)]
    public void LongRowsKeepTheirDigits(int n)
    {
        float[] x = Rows(n, 3);
        float[] p = new float[n + 3];
        for (int offset = 0; offset < 4; offset++) // misaligned destinations peel a head before the aligned stores
        {
            Softmax.Compute<float>(x, p.AsSpan(offset % 4, n));
            Close.Relative<float>(Reference.Softmax(Reference.Widen<float>(x)), p.AsSpan(offset % 4, n), 1e-6, $"n {n} offset {offset}");
        }

        float[] inPlace = [.. x];
        Softmax.Compute<float>(inPlace, inPlace);
        Close.Same<float>(p.AsSpan(3, n), inPlace, "in place");
    }

    private static float[] Rows(int n, int seed)
    {
        Random random = new(seed);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) x[i] = (float)((random.NextDouble() + random.NextDouble() - 1) * 8);
        return x;
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(1000)]
    public void SpecialRows(int n)
    {
        Special<float>(n);
        Special<double>(n);
    }

    private static void Special<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = new T[n];
        T[] p = new T[n];
        Array.Fill(x, T.NegativeInfinity);
        Softmax.Compute<T>(x, p);
        Assert.All(p, v => Assert.True(T.IsNaN(v)));

        x[n / 2] = -T.CreateTruncating(1e30);
        Softmax.Compute<T>(x, p);
        Assert.Equal(T.One, p[n / 2]);
        Assert.Equal(n - 1, p.Count(v => v == T.Zero));

        x[0] = T.PositiveInfinity;
        Softmax.Compute<T>(x, p);
        Assert.All(p, v => Assert.True(T.IsNaN(v)));

        Array.Fill(x, T.CreateTruncating(1000));
        Softmax.Compute<T>(x, p);
        Assert.All(p, v => Assert.True(Close.IsClose(1.0 / n, double.CreateTruncating(v), 1e-6)));

        x[n - 1] = T.NaN;
        Softmax.Compute<T>(x, p);
        Assert.All(p, v => Assert.True(T.IsNaN(v)));

        Array.Fill(x, T.Zero);
        x[1] = T.CreateTruncating(typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue);
        x[2] = -x[1];
        Softmax.Compute<T>(x, p);
        Assert.Equal(T.One, p[1]);
        Assert.Equal(n - 1, p.Count(v => v == T.Zero));
    }

    [Fact]
    public void NothingPastTheEndsIsTouched()
    {
        if (!GuardedMemory.IsSupported) Assert.Skip("needs mprotect");
        Guarded<float>();
        Guarded<double>();
    }

    private static void Guarded<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using GuardedMemory input = new(64 * 300 * 8);
        using GuardedMemory output = new(64 * 300 * 8);
        for (int classCount = 1; classCount <= 300; classCount++)
        {
            int rows = classCount < 40 ? 67 : 2;
            int n = Math.Min(rows * classCount, 64 * 300 / classCount * classCount);
            Softmax.Compute<T>(input.AtEnd<T>(n), classCount, output.AtEnd<T>(n));
            Softmax.Compute<T>(input.AtStart<T>(n), classCount, output.AtStart<T>(n));
            LogSoftmax.Compute<T>(input.AtEnd<T>(n), classCount, output.AtEnd<T>(n));
            LogSoftmax.Compute<T>(input.AtStart<T>(n), classCount, output.AtStart<T>(n));
            LogSumExp.Compute<T>(input.AtEnd<T>(n), classCount, output.AtEnd<T>(n / classCount));
            LogSumExp.Compute<T>(input.AtStart<T>(n), classCount, output.AtStart<T>(n / classCount));
        }
    }

    [Fact]
    public void SpreadRowsKeepTheirDigits()
    {
        // Subtracting a maximum of 96 from 32 in float is off by 4e-6; dividing by a power of two is not.
        float[] x = [96, 31.970356f, 0, 90.123456f, 12.3f, -20.7f];
        float[] p = new float[6];
        Softmax.Compute<float>(x, p);
        Close.Relative<float>(Reference.Softmax(Reference.Widen<float>(x)), p, 3e-7, "spread", FlushedFloat);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] x = Rows(1000, 1);
        double[] wide = Reference.Widen<float>(x);
        float[] p = new float[1000];
        double[] q = new double[1000];
        Assert.Equal(0, Comparison.Allocated(() => Softmax.Compute<float>(x, p)));
        Assert.Equal(0, Comparison.Allocated(() => Softmax.Compute<float>(x, 10, p)));
        Assert.Equal(0, Comparison.Allocated(() => LogSoftmax.Compute<double>(wide, 100, q)));
        Assert.Equal(0, Comparison.Allocated(() => LogSumExp.Compute<float>(x, 10, p.AsSpan(0, 100))));
        Assert.Equal(0, Comparison.Allocated(() => Sigmoid.Compute<float>(x, p)));
    }

    [Fact]
    public void BadArgumentsAreNamedAndNothingIsWritten()
    {
        float[] x = Rows(12, 1);
        float[] p = new float[12];
        Array.Fill(p, 7f);
        Assert.Contains("probabilities has 11 elements and logits has 12", Message(() => Softmax.Compute<float>(x, p.AsSpan(0, 11))), StringComparison.Ordinal);
        Assert.Contains("12 elements, which is not a whole number of rows of 5", Message(() => Softmax.Compute<float>(x, 5, p)), StringComparison.Ordinal);
        Assert.Contains("classCount is 0; it must be at least 1", Message(() => Softmax.Compute<float>(x, 0, p)), StringComparison.Ordinal);
        Assert.Contains("overlaps logits in part", Message(() => Softmax.Compute<float>(x.AsSpan(0, 11), x.AsSpan(1, 11))), StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => Softmax.Compute<Half>(new Half[2], new Half[2]));
        Assert.All(p, v => Assert.Equal(7f, v));
        Assert.Equal(Rows(12, 1), x);
    }

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
}
