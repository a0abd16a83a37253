using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Which rows to train on and which to hold back for the test: two shuffled, disjoint index lists that cover every row once.
/// The same seed gives the same split on every machine.
/// </summary>
public sealed class TrainTestSplit
{
    private const ulong Stream = 0x73706C6974; // "split": not the stream of mini-batches or weights from the same seed

    private readonly int[] _order;
    private readonly int _testCount;

    private TrainTestSplit(int[] order, int testCount) => (_order, _testCount) = (order, testCount);

    /// <summary>Indices of the training rows.</summary>
    public ReadOnlySpan<int> Train => _order.AsSpan(_testCount);

    /// <summary>Indices of the test rows.</summary>
    public ReadOnlySpan<int> Test => _order.AsSpan(0, _testCount);

    /// <summary>Splits at random.</summary>
    /// <param name="rowCount">The number of rows; 0 gives two empty parts.</param>
    /// <param name="testFraction">The share held back, 0 to 1; the test part gets <c>rowCount * testFraction</c> rows, a half rounded up.</param>
    /// <param name="seed">Any number.</param>
    /// <exception cref="ArgumentOutOfRangeException">rowCount is negative, or testFraction is not within 0 to 1.</exception>
    public static TrainTestSplit Create(int rowCount, double testFraction, ulong seed)
    {
        Guard.AtLeast(rowCount, 0);
        Check(testFraction);
        int[] order = new int[rowCount];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        new RandomSource(seed, Stream).Shuffle(order);
        return new(order, Share(rowCount, testFraction));
    }

    /// <summary>Splits each class at random by the same fraction, so that a rare class is not left out of the test by chance.</summary>
    /// <param name="labels">The class of each row, 0 to classCount - 1.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="testFraction">The share of each class held back, 0 to 1, a half rounded up.</param>
    /// <param name="seed">Any number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, or testFraction is not within 0 to 1.</exception>
    public static TrainTestSplit Stratified(ReadOnlySpan<int> labels, int classCount, double testFraction, ulong seed)
    {
        Check(testFraction);
        int[] left = Counts(labels, classCount);
        for (int c = 0; c < classCount; c++) left[c] = Share(left[c], testFraction);
        return Dealt(labels, left, seed);
    }

    /// <summary>
    /// Splits at random so that exactly so many rows are held back, of each class its share: rounded down, and one more of those whose
    /// shares lose most by it (the method of largest remainders; of equal ones the first classes).
    /// </summary>
    /// <param name="labels">The class of each row, 0 to classCount - 1.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="testCount">How many rows are held back, 0 to all.</param>
    /// <param name="seed">Any number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, classCount is below 1, or testCount is negative or above the number of rows.</exception>
    public static TrainTestSplit Stratified(ReadOnlySpan<int> labels, int classCount, int testCount, ulong seed)
    {
        if ((uint)testCount > (uint)labels.Length) Throw.OutOfRange(nameof(testCount), testCount, $"0 to {labels.Length}, the number of rows");
        int[] left = Counts(labels, classCount), classes = new int[classCount];
        long[] lost = new long[classCount];
        int over = testCount;
        for (int c = 0; c < classCount && labels.Length > 0; c++)
        {
            (long share, lost[c]) = Math.DivRem((long)left[c] * testCount, labels.Length);
            (classes[c], left[c]) = (c, (int)share);
            over -= left[c];
        }

        Array.Sort(classes, (a, b) => lost[a] != lost[b] ? lost[b].CompareTo(lost[a]) : a.CompareTo(b));
        for (int i = 0; i < over; i++) left[classes[i]]++;
        return Dealt(labels, left, seed);
    }

    /// <summary>So many of each class held back.</summary>
    private static TrainTestSplit Dealt(ReadOnlySpan<int> labels, int[] left, ulong seed)
    {
        int testCount = left.Sum();

        // The first of each class in a shuffled order go to the test: random within the class, and mixed across classes.
        ReadOnlySpan<int> shuffled = Create(labels.Length, 0, seed).Train;
        int[] order = new int[labels.Length];
        int test = 0, train = testCount;
        foreach (int row in shuffled)
        {
            if (left[labels[row]]-- > 0) order[test++] = row;
            else order[train++] = row;
        }

        return new(order, testCount);
    }

    private static int[] Counts(ReadOnlySpan<int> labels, int classCount)
    {
        Guard.AtLeast(classCount, 1);
        int[] counts = new int[classCount];
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classCount) Throw.LabelOutOfRange(nameof(labels), i, labels[i], classCount);
            counts[labels[i]]++;
        }

        return counts;
    }

    private static int Share(int count, double fraction) =>
        (int)Math.Round(count * fraction, MidpointRounding.AwayFromZero);

    private static void Check(double testFraction)
    {
        if (!(testFraction is >= 0 and <= 1)) Throw.OutOfRange(nameof(testFraction), testFraction, "0 to 1");
    }
}
