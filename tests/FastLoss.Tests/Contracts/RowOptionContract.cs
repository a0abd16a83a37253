using System.Numerics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Contracts;

/// <summary>Every routine of rows, with its parameters alone and in pairs, under every option of a call that it takes and every pair of them.</summary>
public class RowOptionContract
{
    public static TheoryData<string> Names => [.. RowCase.All.Select(c => c.Name)];

    private static RowCase Find(string name) => RowCase.All.Single(c => c.Name == name);

    [Theory, MemberData(nameof(Names))]
    public void EveryPairOfOptionsIsTheDefinition(string name)
    {
        RowCase c = Find(name);
        RowOptions[] taken = [RowOptions.None, .. Single(c)];
        for (int first = 0; first < taken.Length; first++)
        {
            for (int second = first == 0 ? 0 : first + 1; second < taken.Length; second++)
            {
                foreach (int columns in new[] { 3, 37 })
                {
                    new OptionBatch<double>(c, taken[first] | taken[second], columns).Check(c.Bound.Double);
                    new OptionBatch<float>(c, taken[first] | taken[second], columns).Check(c.Bound.Float);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void AllOptionsTogetherAreTheDefinition(string name)
    {
        RowCase c = Find(name);
        new OptionBatch<double>(c, c.Takes, 17).Check(c.Bound.Double);
        new OptionBatch<float>(c, c.Takes, 17).Check(c.Bound.Float);
    }

    /// <summary>Where the classes lie moves no bit.</summary>
    [Theory, MemberData(nameof(Names))]
    public void EveryLayoutGivesTheBitsOfRows(string name)
    {
        RowCase c = Find(name);
        if ((c.Takes & RowOptions.Layouts) == 0) return;
        const int Rows = 12, Columns = 5;
        RowBatch b = new(Columns, [.. Enumerable.Range(0, Rows * Columns).Select(i => (i + 1) * 0.618034 % 1)], 0);
        double[][] inputs = [.. Enumerable.Range(0, c.Inputs).Select(i => b.Input<double>(i, u => c.Domain(i, u)))];
        RowCall<double> call = new(inputs, Columns, b.Labels(c));
        double[] gradient = new double[Rows * Columns];
        LossTally tally = c.Run(call with { Gradients = [gradient] });
        foreach (ClassAxis axis in new ClassAxis[] { new(Columns, 3), new(Columns, 12), new(Columns, 4, 32), new(Columns, 1, 8), new(Columns, 1, Columns) })
        {
            double[][] laid = [.. inputs.Select(x => Laid(x, axis))];
            double[] expected = Laid(gradient, axis), actual = Laid(new double[gradient.Length], axis);
            Assert.Equal(tally, c.Run(call with { Inputs = laid, Axis = axis, Gradients = [actual] }));
            Close.Same<double>(expected, actual, $"{name}, {axis}");
            Assert.Equal(tally, c.Run(call with { Inputs = laid, Axis = axis, Gradients = [laid[0]] }));
            Close.Same<double>(expected, laid[0], $"{name}, {axis} in place");
        }

        static double[] Laid(double[] rows, ClassAxis axis)
        {
            int pitch = axis.Pitch == 0 ? axis.Count * axis.Inner : axis.Pitch;
            double[] laid = new double[Rows / axis.Inner * pitch];
            Array.Fill(laid, 7);
            for (int i = 0; i < rows.Length; i++)
                laid[(i / Columns / axis.Inner * pitch) + (i % Columns * axis.Inner) + (i / Columns % axis.Inner)] = rows[i];
            return laid;
        }
    }

    /// <summary>A masked row is one of weight zero, bit for bit, whatever it holds.</summary>
    [Theory, MemberData(nameof(Names))]
    public void AMaskedRowIsOneOfWeightZero(string name)
    {
        RowCase c = Find(name);
        if ((c.Takes & RowOptions.Weights) == 0) return;
        RowBatch b = new RowBatch(5, [.. Enumerable.Range(0, 60).Select(i => (i + 1) * 0.618034 % 1)], 0).For(c);
        double[][] inputs = [.. Enumerable.Range(0, c.Inputs).Select(i => b.Input<double>(i, u => c.Domain(i, u)))];
        bool[] mask = [.. Enumerable.Range(0, b.Rows).Select(r => r % 4 != 1)];
        double[] weights = [.. Enumerable.Range(0, b.Rows).Select(r => 0.5 + r)];
        RowCall<double> call = new(inputs, b.Columns, b.Labels(c));
        double[][] weighed = Buffers(), masked = Buffers();
        LossTally expected = c.Run(call with { Weights = [.. weights.Select((w, r) => mask[r] ? w : 0)], Gradients = weighed.Length > 0 ? weighed : null });
        double[][] dirty = [.. inputs.Select((x, k) => x.Select((v, i) => mask[i / b.Columns] || c.IsChecked(k) ? v : double.NaN).ToArray())];
        LossTally actual = c.Run(call with { Inputs = dirty, Weights = weights, Mask = mask, Gradients = masked.Length > 0 ? masked : null });
        Assert.Equal(expected, actual);
        Assert.Equal(mask.Count(m => m), actual.Count);
        for (int i = 0; i < weighed.Length; i++) Close.Same<double>(weighed[i], masked[i], $"{name}, gradient {i}");

        double[][] Buffers() => [.. c.Differentiated.Select(_ => new double[b.Units.Length])];
    }

    private static IEnumerable<RowOptions> Single(RowCase c) =>
        Enum.GetValues<RowOptions>().Where(o => BitOperations.PopCount((uint)o) == 1 && (c.Takes & o) != 0 && (o != RowOptions.Accumulate || c.Differentiated.Count > 0));
}
