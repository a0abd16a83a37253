using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FastLoss.Tests.Learning;

public class MiniBatchesTests
{
    [Property(MaxTest = 200)]
    public Property An_epoch_visits_each_row_once() => Prop.ForAll(
        Gen.Choose(0, 300).ToArbitrary(), Gen.Choose(1, 70).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(),
        (rows, size, seed) =>
        {
            var batches = new MiniBatches(rows, size, (ulong)seed);
            var visited = new List<int>();
            var sizes = new List<int>();
            foreach (ReadOnlySpan<int> batch in batches.Epoch(3))
            {
                sizes.Add(batch.Length);
                visited.AddRange(batch);
            }

            Assert.Equal(batches.BatchCount, sizes.Count);
            Assert.All(sizes.SkipLast(1), s => Assert.Equal(size, s));
            if (rows > 0) Assert.Equal(((rows - 1) % size) + 1, sizes[^1]);
            Assert.Equal(Enumerable.Range(0, rows), visited.Order());
        });

    [Fact]
    public void Epochs_differ_and_depend_on_seed_and_index_alone()
    {
        var batches = new MiniBatches(100, 100, seed: 9);
        int[] first = Order(batches, 0), second = Order(batches, 1);
        Assert.NotEqual(first, second);
        Assert.Equal(first, Order(batches, 0));
        Assert.Equal(second, Order(new MiniBatches(100, 7, seed: 9), 1));
        Assert.NotEqual(first, Order(new MiniBatches(100, 100, seed: 10), 0));
    }

    [Fact]
    public void A_seed_is_pinned() => Assert.Equal(Pinned, Order(new MiniBatches(10, 4, seed: 42), 0));

    private static readonly int[] Pinned = [7, 6, 5, 4, 1, 2, 9, 3, 0, 8];

    [Fact]
    public void An_epoch_allocates_nothing()
    {
        var batches = new MiniBatches(1000, 32, 1);
        float[] source = new float[2000], destination = new float[64];
        long sum = 0;
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            foreach (ReadOnlySpan<int> rows in batches.Epoch(5))
            {
                MiniBatches.Gather(source, 2, rows, destination.AsSpan(0, rows.Length * 2));
                sum += rows[0];
            }
        }));
    }

    [Fact]
    public void Gather_copies_whole_rows_in_order()
    {
        int[] source = [0, 1, 10, 11, 20, 21, 30, 31], destination = new int[6];
        MiniBatches.Gather(source, 2, [3, 0, 3], destination);
        Assert.Equal([30, 31, 0, 1, 30, 31], destination);
        MiniBatches.Gather<int>(source, 2, [], []);
    }

    [Fact]
    public void Gather_refuses_what_does_not_fit_before_it_writes()
    {
        int[] source = [0, 1, 2, 3], destination = [7, 7, 7, 7];
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => MiniBatches.Gather(source, 2, [0, 2], destination));
        Assert.Contains("rows[1] is 2", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => MiniBatches.Gather(source, 2, [-1, 0], destination));
        Assert.Throws<ArgumentException>(() => MiniBatches.Gather(source, 2, [0], destination));
        Assert.Throws<ArgumentException>(() => MiniBatches.Gather(source, 3, [0], destination));
        Assert.Throws<ArgumentException>(() => MiniBatches.Gather(source, 2, [0, 1], source));
        Assert.Equal([7, 7, 7, 7], destination);
    }

    [Fact]
    public void Impossible_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MiniBatches(-1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MiniBatches(1, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => { new MiniBatches(1, 1, 0).Epoch(-1); });
    }

    private static int[] Order(MiniBatches batches, int epoch)
    {
        var order = new List<int>();
        foreach (ReadOnlySpan<int> batch in batches.Epoch(epoch)) order.AddRange(batch);
        return [.. order];
    }
}
