using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The triplet margin loss of rows a (anchor), p (positive) and n (negative): max(0, |a - p| - |a - n| + margin) with the distance of a
/// norm |x - y| = (sum |x_i - y_i + epsilon|^power)^(1 / power), the Euclidean one when unset; with swap, |p - n| takes the place of |a - n| where
/// it is smaller (Balntas et al. 2016); triplet_margin_loss of PyTorch, whose p is the power.
/// </summary>
/// <remarks>
/// Computed in double: the distances of float rows are exact to float's last digit, of double rows within 1e-13 up to a million
/// columns; the loss within that of the larger distance. With a power that is not 2 of double rows within 1e-13 (1 + ln of the largest difference);
/// that takes three powers an element and is some ten times as slow. Distances neither overflow nor underflow before their result does. The derivative is 0 where the
/// margin is just met, and of a distance of 0, which only epsilon 0 allows. A row with NaN or an infinity gives NaN for that row,
/// never for a neighbour. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct TripletMargin
{
    private readonly double? _margin;
    private readonly double? _epsilon;
    private readonly double? _power;

    /// <param name="margin">By how much the negative should be farther; 0 or more, 1 when unset.</param>
    /// <param name="swap">Whether the negative's distance to the positive counts where it is the smaller.</param>
    /// <param name="epsilon">What is added to each difference, 0 or more; 1e-6 when unset.</param>
    /// <param name="power">Of the norm, 1 to 100; 2 when unset.</param>
    /// <exception cref="ArgumentOutOfRangeException">The margin or epsilon is negative or not finite, or the power not 1 to 100.</exception>
    public TripletMargin(double margin = 1, bool swap = false, double epsilon = 1e-6, double power = 2)
    {
        Guard.NotNegative(margin);
        Guard.NotNegative(epsilon);
        Guard.Between(power, 1, 100);
        _margin = margin;
        _epsilon = epsilon;
        _power = power;
        Swap = swap;
    }

    /// <summary>By how much the negative should be farther.</summary>
    public double Margin => _margin ?? 1;

    /// <summary>Whether the negative's distance to the positive counts where it is the smaller.</summary>
    public bool Swap { get; }

    /// <summary>What is added to each difference.</summary>
    public double Epsilon => _epsilon ?? 1e-6;

    /// <summary>Of the norm whose distances are compared.</summary>
    public double Power => _power ?? 2;
}

/// <summary>Where the gradients of a triplet go: each exactly one of the inputs, or apart from them, and apart from each other.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct TripletGradients<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="anchors">Receives the derivative by each element of a.</param>
    /// <param name="positives">Receives the derivative by each element of p.</param>
    /// <param name="negatives">Receives the derivative by each element of n.</param>
    public TripletGradients(Span<T> anchors, Span<T> positives, Span<T> negatives)
    {
        Anchors = anchors;
        Positives = positives;
        Negatives = negatives;
    }

    /// <summary>By each element of a.</summary>
    public Span<T> Anchors { get; }

    /// <summary>By each element of p.</summary>
    public Span<T> Positives { get; }

    /// <summary>By each element of n.</summary>
    public Span<T> Negatives { get; }
}
