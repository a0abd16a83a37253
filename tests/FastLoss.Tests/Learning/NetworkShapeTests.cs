using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FastLoss.Tests.Learning;

public class NetworkShapeTests
{
    [Property(MaxTest = 100)]
    public Property The_parts_cover_the_parameters_in_order_and_names_count_them() => Prop.ForAll(
        Gen.Choose(1, 9).ListOf().Where(l => l.Count >= 2).Select(l => l.Take(5).ToArray()).ToArbitrary(),
        sizes =>
        {
            var shape = new NetworkShape(sizes);
            int[] all = [.. Enumerable.Range(0, shape.ParameterCount)];
            List<int> parts = [];
            List<string> names = [];
            for (int layer = 0; layer < shape.LayerCount; layer++)
            {
                int units = sizes[layer + 1];
                parts.AddRange([.. all[shape.Weights(layer)], .. all[shape.Biases(layer)]]);
                for (int i = 0; i < sizes[layer]; i++) names.AddRange(Enumerable.Range(0, units).Select(j => $"W{layer + 1}[{i}, {j}]"));
                names.AddRange(Enumerable.Range(0, units).Select(j => $"b{layer + 1}[{j}]"));
                Assert.Equal(sizes[layer] * units, all[shape.Weights(layer)].Length);
            }

            Assert.Equal(all, parts);
            Assert.Equal(names, all.Select(shape.NameOf));
            Assert.Equal((sizes[0], sizes[^1], sizes.Length - 1), (shape.InputCount, shape.ClassCount, shape.LayerCount));
            Assert.Equal(string.Join('-', sizes), shape.ToString());
            Assert.Equal(shape, new NetworkShape(sizes));
            Assert.NotEqual(shape, new NetworkShape([.. sizes, 1]));
        });

    [Fact]
    public void Impossible_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new NetworkShape());
        Assert.Throws<ArgumentException>(() => new NetworkShape(3));
        Assert.Contains("sizes[1] is 0", Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkShape(1, 0, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkShape(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkShape(1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkShape(int.MaxValue, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkShape(2, 2, 2).NameOf(12));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkShape(2, 2, 2).NameOf(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkShape(2, 2, 2).Weights(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkShape(2, 2, 2).Biases(-1));
    }
}
