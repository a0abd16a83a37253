using System.Runtime.InteropServices;
using FastLoss.Cli.Data;
using FastLoss.Cli.Exporting;
using FastLoss.Cli.Files;
using FastLoss.Cli.Models;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>Keeps a training's state in a file, and its log: after each epoch, after so many batches, and when the program is to end.</summary>
internal sealed class TrainingKeeper(OutputFile? checkpoint, int? every) : ITrainingKeeper, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private TrainingOptions _options = new();
    private string _data = "";
    private Func<TrainingState, Model>? _model;
    private volatile bool _isInterrupted;

    /// <summary>Where the state goes; nowhere if null.</summary>
    public OutputFile? Checkpoint => checkpoint;

    /// <summary>Where a line an epoch goes; nowhere if null.</summary>
    public OutputFile? Log { get; init; }

    /// <summary>Where the scores go for TensorBoard; nowhere if null.</summary>
    public EventFile? Events { get; init; }

    public void Begin(DataSet data, TrainingOptions options, Func<TrainingState, Model> model)
    {
        (_options, _model) = (options, model);
        if (checkpoint is not null) _data = Models.Checkpoint.HashOf(data);
    }

    /// <summary>From now on an interruption ends the training after its batch, once its state is kept; a second one ends it at once.</summary>
    public void Listen()
    {
        if (checkpoint is null) return;
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = !_isInterrupted;
                _isInterrupted = true;
            }));
        }
    }

    /// <summary>The state that is there to go on from; null if there is none.</summary>
    public TrainingState? Resume(DataSet data) =>
        checkpoint is not null && File.Exists(checkpoint.FullPath) ? Models.Checkpoint.Read(checkpoint.FullPath, data, _options, _data) : null;

    public bool IsStopped(TrainingState state)
    {
        bool isStopped = _isInterrupted;
        if (checkpoint is not null && (isStopped || (every is { } batches && state.Optimizer.StepCount % batches == 0))) Write(state);
        return isStopped;
    }

    public void Keep(TrainingState state)
    {
        if (checkpoint is not null) Write(state);
        Tell(state);
        if (_isInterrupted) throw new TrainingStopped();
    }

    public void Tell(TrainingState state)
    {
        if (Log is not null) EpochLog.Write(Log, state.Scores);
        Events?.Write(state.Scores);
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals) signal.Dispose();
        _signals.Clear();
    }

    private void Write(TrainingState state) => Models.Checkpoint.Write(checkpoint!, _model!(state), state, _options, _data);
}
