using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FastLoss.Tests.Learning;

public class TrainTestSplitTests
{
    [Property(MaxTest = 200)]
    public Property Every_row_is_in_one_part() => Prop.ForAll(
        Gen.Choose(0, 500).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(),
        (rows, percent, seed) =>
        {
            var split = TrainTestSplit.Create(rows, percent / 100.0, (ulong)seed);
            Assert.Equal((int)Math.Floor((rows * (percent / 100.0)) + 0.5), split.Test.Length);
            Assert.Equal(Enumerable.Range(0, rows), split.Train.ToArray().Concat(split.Test.ToArray()).Order());

            var again = TrainTestSplit.Create(rows, percent / 100.0, (ulong)seed);
            Assert.Equal(split.Train, again.Train);
            Assert.Equal(split.Test, again.Test);
        });

    [Property(MaxTest = 200)]
    public Property A_stratified_split_holds_back_the_share_of_each_class() => Prop.ForAll(
        Gen.ArrayOf(Gen.Choose(0, 6)).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(),
        (labels, percent, seed) =>
        {
            double fraction = percent / 100.0;
            var split = TrainTestSplit.Stratified(labels, 8, fraction, (ulong)seed);
            Assert.Equal(Enumerable.Range(0, labels.Length), split.Train.ToArray().Concat(split.Test.ToArray()).Order());
            int[] test = split.Test.ToArray();
            for (int c = 0; c < 8; c++)
            {
                int all = labels.Count(l => l == c);
                Assert.Equal((int)Math.Floor((all * fraction) + 0.5), test.Count(row => labels[row] == c));
            }
        });

    [Fact]
    public void Rows_are_mixed_and_seeds_differ()
    {
        var one = TrainTestSplit.Create(1000, 0.2, seed: 1);
        var two = TrainTestSplit.Create(1000, 0.2, seed: 2);
        Assert.NotEqual(one.Test.ToArray(), two.Test.ToArray());
        Assert.InRange(one.Test.ToArray().Average(), 400, 600);
        Assert.InRange(one.Test.ToArray().Intersect(two.Test.ToArray()).Count(), 10, 80);
    }

    [Fact]
    public void A_seed_is_pinned()
    {
        var split = TrainTestSplit.Create(10, 0.3, seed: 42);
        Assert.Equal(PinnedTest, split.Test);
        Assert.Equal(PinnedTrain, split.Train);
    }

    private static readonly int[] PinnedTest = [8, 1, 2];
    private static readonly int[] PinnedTrain = [0, 4, 7, 6, 3, 5, 9];

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_fraction_outside_the_unit_interval_is_refused(double fraction)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => TrainTestSplit.Create(10, fraction, 1));
        Assert.Contains("testFraction is " + fraction, error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => TrainTestSplit.Stratified([0, 1], 2, fraction, 1));
    }

    [Fact]
    public void A_label_that_is_no_class_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => TrainTestSplit.Stratified([0, 2], 2, 0.5, 1));
        Assert.Contains("labels[1] is 2; with 2 classes a label is 0 to 1", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Shares of 2.5, 1.25, .75 and .5 of five rows: rounding down takes most from the third class, and as much from the first as from the last.</summary>
    [Fact]
    public void A_number_of_rows_is_divided_by_the_largest_remainders()
    {
        int[] labels = [.. Enumerable.Repeat(0, 10), .. Enumerable.Repeat(1, 5), .. Enumerable.Repeat(2, 3), .. Enumerable.Repeat(3, 2)];
        var split = TrainTestSplit.Stratified(labels, 5, 5, seed: 3);
        Assert.Equal([3, 1, 1, 0, 0], Enumerable.Range(0, 5).Select(c => split.Test.ToArray().Count(r => labels[r] == c)));
        Assert.Equal(20, split.Train.ToArray().Concat(split.Test.ToArray()).Distinct().Count());
    }

    [Property]
    public void A_number_of_rows_is_held_back_exactly(int[] drawn, uint share, ulong seed)
    {
        int[] labels = [.. drawn.Select(d => (int)((uint)d % 7))];
        int count = (int)(share % (uint)(labels.Length + 1));
        var split = TrainTestSplit.Stratified(labels, 7, count, seed);
        Assert.Equal(count, split.Test.Length);
        Assert.Equal(Enumerable.Range(0, labels.Length), split.Train.ToArray().Concat(split.Test.ToArray()).Order());
        for (int c = 0; c < 7; c++)
        {
            double fair = labels.Count(l => l == c) * (double)count / Math.Max(1, labels.Length);
            Assert.InRange(split.Test.ToArray().Count(r => labels[r] == c), Math.Floor(fair), Math.Ceiling(fair));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void More_rows_than_there_are_cannot_be_held_back(int count)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => TrainTestSplit.Stratified([0, 1], 2, count, 1));
        Assert.Contains($"{count}", error.Message, StringComparison.Ordinal);
    }
}
