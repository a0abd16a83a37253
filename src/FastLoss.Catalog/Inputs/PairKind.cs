using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>What an element-wise loss takes as predictions y and targets t.</summary>
/// <param name="Seed">Of the usual pairs, so that they are the same each time.</param>
/// <param name="Predictions">The range of usual predictions.</param>
/// <param name="Targets">The range of usual targets.</param>
public sealed record PairKind(int Seed, (double From, double To) Predictions, (double From, double To) Targets)
{
    private static readonly (double From, double To) Around0 = (-3, 3), Inside = (0.05, 0.95), Above0 = (0.3, 4);

    /// <summary>Any numbers.</summary>
    public static PairKind Real { get; } = new(1, Around0, Around0) { Prediction = Domain.Real, Target = Domain.Real, Meet = true };

    /// <summary>Scores, against -1 or 1.</summary>
    public static PairKind Sign { get; } = new(2, Around0, Around0) { Prediction = Domain.Real, Target = Domain.Sign, Meet = true, HasSigns = true };

    /// <summary>Logits, against probabilities.</summary>
    public static PairKind Logit { get; } = new(3, Around0, Inside) { Prediction = Domain.Real, Target = Domain.Unit };

    /// <summary>Probabilities, both.</summary>
    public static PairKind Probability { get; } = new(4, Inside, Inside)
    {
        Prediction = Domain.Inside,
        Target = Domain.Unit,
        Meet = true,
        Lowest = 1e-3,
        Highest = 0.999,
    };

    /// <summary>Log-probabilities, against probabilities.</summary>
    public static PairKind LogProbability { get; } = new(5, (-4, -0.1), Inside) { Prediction = Domain.LogProbability, Target = Domain.Unit };

    /// <summary>Positive numbers, both.</summary>
    public static PairKind Positive { get; } = new(6, Above0, Above0)
    {
        Prediction = Domain.Positive,
        Target = Domain.Positive,
        Meet = true,
        Lowest = 1e-3,
    };

    /// <summary>Logarithms of positive numbers, against positive numbers.</summary>
    public static PairKind LogPositive { get; } = new(7, Around0, Above0) { Prediction = u => Domain.Real(u) / 8, Target = Domain.Count };

    /// <summary>A prediction from a number in [0, 1), with all that the loss is defined for.</summary>
    public required Func<double, double> Prediction { get; init; }

    /// <summary>A target from a number in [0, 1), likewise.</summary>
    public required Func<double, double> Target { get; init; }

    /// <summary>Below it numerical differences must not reach, where the formula ends at 0.</summary>
    public double Lowest { get; private init; } = double.NegativeInfinity;

    /// <summary>Above it they must not.</summary>
    public double Highest { get; private init; } = double.PositiveInfinity;

    /// <summary>Whether a prediction may equal its target: there most kinks are; of signs, where the margin is 1.</summary>
    private bool Meet { get; init; }

    private bool HasSigns { get; init; }

    /// <summary>Usual pairs, of which the first three meet where most kinks are.</summary>
    public (T[] Predictions, T[] Targets) Usual<T>(int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(Seed);
        T[] predictions = Draws.Uniform<T>(random, count, Predictions.From, Predictions.To);
        T[] targets = Draws.Uniform<T>(random, count, Targets.From, Targets.To);
        for (int i = 0; HasSigns && i < count; i++) targets[i] = T.CopySign(T.One, targets[i]);
        if (Meet) targets.AsSpan(0, Math.Min(3, count)).CopyTo(predictions);
        return (predictions, targets);
    }
}
