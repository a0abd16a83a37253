using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Contracts;

/// <summary>The laws every metric obeys, in float and double, of scores with ties.</summary>
public class MetricContract
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(60).WithQuietOnSuccess(true);

    public static TheoryData<string> Names => [.. MetricCase.All.Select(c => c.Name)];

    private static MetricCase Find(string name) => MetricCase.All.Single(c => c.Name == name);

    [Theory, MemberData(nameof(Names))]
    public void EachIsTheDefinition(string name) => Prop.ForAll(RowBatch.Arbitrary(), b =>
    {
        if (b.Rows == 0) return;
        Definition<float>(Find(name), b, 2e-6);
        Definition<double>(Find(name), b, 1e-12);
    }).Check(Settings);

    private static void Definition<T>(MetricCase c, RowBatch b, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Sixty-four levels, so that scores tie; probabilities do not end where a bin does.
        T[] x = b.Input<T>(0, u => c.TakesProbabilities ? u : Math.Floor(64 * u) / 8);
        int[] labels = [.. Enumerable.Range(0, b.Rows).Select(r => (int)(b.Units[r * b.Columns] * 991 % 1 * b.Columns))];
        double[][] rows = [.. Enumerable.Range(0, b.Rows).Select(r => Reference.Widen<T>(x.AsSpan(r * b.Columns, b.Columns)))];
        MetricCall<T> call = c.Start<T>(b.Columns);
        double expected = c.Definition(rows, labels), actual = call(x, labels);
        Assert.True(Close.IsClose(expected, actual, tolerance) || Math.Abs(expected - actual) < tolerance, $"{c.Name} of {typeof(T).Name}: {actual:R}, not {expected:R}");
        Assert.Equal(actual, call(x, labels));
    }

    [Theory, MemberData(nameof(Names))]
    public void NothingIsAllocatedAndBadCallsThrow(string name)
    {
        float[] x = [.. Enumerable.Range(0, 330).Select(i => (float)(i * 0.618034 % 1))];
        int[] labels = new int[10];
        MetricCall<float> call = Find(name).Start<float>(33);
        Assert.Equal(0, Comparison.Allocated(() => call(x, labels)));
        Assert.Contains("label", Assert.ThrowsAny<ArgumentException>(() => call(x, labels.AsSpan(1))).Message, StringComparison.Ordinal);
        Assert.Contains("labels[0] is 33", Assert.ThrowsAny<ArgumentException>(() => call(x, [33, 0, 0, 0, 0, 0, 0, 0, 0, 0])).Message, StringComparison.Ordinal);
    }
}
