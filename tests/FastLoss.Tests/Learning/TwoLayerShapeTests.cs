using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FastLoss.Tests.Learning;

public class TwoLayerShapeTests
{
    [Property(MaxTest = 100)]
    public Property The_parts_cover_the_parameters_in_order_and_names_count_them() => Prop.ForAll(
        Gen.Choose(1, 9).ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(), Gen.Choose(1, 9).ToArbitrary(),
        (inputs, hidden, classes) =>
        {
            var shape = new TwoLayerShape(inputs, hidden, classes);
            int[] all = [.. Enumerable.Range(0, shape.ParameterCount)];
            Assert.Equal((inputs * hidden) + hidden + (hidden * classes) + classes, shape.ParameterCount);
            Assert.Equal(all, (int[])[.. all[shape.W1], .. all[shape.B1], .. all[shape.W2], .. all[shape.B2]]);

            var names = new List<string>();
            for (int i = 0; i < inputs; i++) names.AddRange(Enumerable.Range(0, hidden).Select(j => $"W1[{i}, {j}]"));
            names.AddRange(Enumerable.Range(0, hidden).Select(j => $"b1[{j}]"));
            for (int j = 0; j < hidden; j++) names.AddRange(Enumerable.Range(0, classes).Select(c => $"W2[{j}, {c}]"));
            names.AddRange(Enumerable.Range(0, classes).Select(c => $"b2[{c}]"));
            Assert.Equal(names, all.Select(shape.NameOf));
        });

    [Fact]
    public void Impossible_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerShape(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerShape(1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerShape(1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerShape(int.MaxValue, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerShape(2, 2, 2).NameOf(12));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerShape(2, 2, 2).NameOf(-1));
    }
}
