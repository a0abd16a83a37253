namespace FastLoss.Kernels;

/// <summary>The softmax of a batch, class by class: the rows of a class lie together, Stride apart from the next class.</summary>
internal readonly ref struct ClassColumns<T>(
    int rows, int stride, int count, ReadOnlySpan<T> labels, ReadOnlySpan<T> probabilities, ReadOnlySpan<T> logProbabilities)
{
    public readonly int Rows = rows;
    public readonly int Stride = stride; // a whole number of vectors
    public readonly int Count = count;
    public readonly ReadOnlySpan<T> Labels = labels; // as T: compared lane by lane with a class
    public readonly ReadOnlySpan<T> Probabilities = probabilities;
    public readonly ReadOnlySpan<T> LogProbabilities = logProbabilities;
}

/// <summary>One hidden unit over the rows of a batch.</summary>
internal readonly ref struct HiddenColumn<T>(
    ReadOnlySpan<T> factors,
    ReadOnlySpan<T> beforeActivation,
    ReadOnlySpan<T> activated,
    ReadOnlySpan<T> labelWeights,
    ReadOnlySpan<T> weights,
    T largestWeight)
{
    public readonly ReadOnlySpan<T> Factors = factors; // how far a step moves it in each row; empty: by the step
    public readonly ReadOnlySpan<T> BeforeActivation = beforeActivation;
    public readonly ReadOnlySpan<T> Activated = activated;
    public readonly ReadOnlySpan<T> LabelWeights = labelWeights; // its weight to the label of each row
    public readonly ReadOnlySpan<T> Weights = weights; // its weight to each class
    public readonly T LargestWeight = largestWeight;
}
