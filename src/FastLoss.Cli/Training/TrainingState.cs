using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>Where a training stands: with the data and the options, all that decides how it goes on.</summary>
internal sealed class TrainingState
{
    private readonly List<EpochScore> _scores = [];

    public TrainingState(Network<float> network, Optimizer<float> optimizer, float[] best, IEnumerable<EpochScore> scores)
    {
        (Network, Optimizer, Best) = (network, optimizer, best);
        _scores.AddRange(scores);
    }

    public Network<float> Network { get; }

    public Optimizer<float> Optimizer { get; }

    /// <summary>Epochs that are done.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches that are done of the next.</summary>
    public int Batch { get; set; }

    /// <summary>From before the first step; empty until then.</summary>
    public IReadOnlyList<EpochScore> Scores => _scores;

    /// <summary>The parameters at the best validation loss, where the training may end early; empty elsewhere.</summary>
    public float[] Best { get; }

    /// <summary>The epoch of the lowest validation loss, the first of equal ones.</summary>
    public int BestEpoch => _scores.MinBy(s => s.Validation is { } v && double.IsFinite(v.Loss.Mean) ? v.Loss.Mean : double.PositiveInfinity).Epoch;

    /// <summary>How long it took before it went on from here.</summary>
    public double Seconds { get; set; }

    public static TrainingState Begin(DataSet data, TrainingOptions options)
    {
        var network = NetworkFor(Trainer.ShapeFor(data, options), options);
        network.Initialize(options.Seed);
        return new(network, new(options.Rule(), network.Shape.ParameterCount), options.Patience is null ? [] : new float[network.Shape.ParameterCount], []);
    }

    public static Network<float> NetworkFor(NetworkShape shape, TrainingOptions options) =>
        new(shape, options.Activation, Trainer.RowsAtATime(options), options.Threads);

    /// <summary>Whether no better validation loss is waited for any more.</summary>
    public bool HasEnded(TrainingOptions options) => options.Patience is { } patience && Epoch - BestEpoch >= patience;

    public void Add(EpochScore score, TrainingOptions options)
    {
        _scores.Add(score);
        if (options.Patience is not null && BestEpoch == score.Epoch) Network.Parameters.CopyTo(Best);
    }
}
