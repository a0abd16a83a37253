using System.Diagnostics;
using System.Globalization;
using FastLoss.Cli.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FastLoss.Cli.Reporting;

/// <summary>One line an epoch, for files and pipes: nothing in it depends on the clock.</summary>
internal sealed class PlainProgress(TextWriter output, int epochs) : ITrainingProgress
{
    public void Batch(long done, long all, int epoch, double loss, double rate)
    {
    }

    public void Epoch(EpochScore score) => output.WriteLine(Lines.Epoch(score, epochs));
}

/// <summary>On a terminal: the same lines, and below them a bar with the loss of the last batch and the rate.</summary>
internal sealed class LiveProgress : ITrainingProgress
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromMilliseconds(50);

    private readonly IAnsiConsole _console;
    private readonly int _epochs;
    private readonly ProgressTask _task;
    private readonly StateColumn _state;
    private long _shown;

    private LiveProgress(IAnsiConsole console, int epochs, ProgressTask task, StateColumn state) =>
        (_console, _epochs, _task, _state) = (console, epochs, task, state);

    /// <summary>Trains under a progress bar, which is gone afterwards.</summary>
    public static TrainingResult Run(IAnsiConsole console, int epochs, Func<ITrainingProgress, TrainingResult> train)
    {
        // The bar hides the cursor, and an interrupted program must not leave it hidden.
        ConsoleCancelEventHandler showCursor = (_, _) => console.Cursor.Show(true);
        Console.CancelKeyPress += showCursor;
        try
        {
            return RunShown(console, epochs, train);
        }
        finally
        {
            Console.CancelKeyPress -= showCursor;
        }
    }

    private static TrainingResult RunShown(IAnsiConsole console, int epochs, Func<ITrainingProgress, TrainingResult> train)
    {
        var state = new StateColumn();
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), state, new RemainingTimeColumn())
            .Start(context => train(new LiveProgress(console, epochs, context.AddTask($"epoch 1/{epochs}"), state)));
    }

    public void Batch(long done, long all, int epoch, double loss, double rate)
    {
        // A batch takes microseconds, and the terminal shows ten pictures a second.
        long now = Stopwatch.GetTimestamp();
        if (done < all && _shown != 0 && Stopwatch.GetElapsedTime(_shown, now) < s_refresh) return;
        _shown = now;
        _task.Description = $"epoch {epoch}/{_epochs}";
        _task.MaxValue = all;
        _task.Value = done;
        _state.Text = string.Create(CultureInfo.InvariantCulture, $"loss {loss:F4}  {rate:N0} images/s");
    }

    public void Epoch(EpochScore score) => _console.WriteLine(Lines.Epoch(score, _epochs));

    /// <summary>Drawn by the thread that refreshes the bar, written by the one that trains.</summary>
    private sealed class StateColumn : ProgressColumn
    {
        private volatile string _text = string.Empty;

        public string Text
        {
            set => _text = value;
        }

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(_text);
    }
}

/// <summary>On a terminal: what the gradient check is at, gone afterwards.</summary>
internal sealed class LiveCheck : ICheckProgress
{
    private readonly StatusContext _context;

    private LiveCheck(StatusContext context) => _context = context;

    public static GradientFinding Run(IAnsiConsole console, Func<ICheckProgress, GradientFinding> check) =>
        console.Status().Start("checking the gradient", context => check(new LiveCheck(context)));

    public void Start(int weights, int images) => _context.Status = $"checking the gradient of {weights} weights at {images} images";

    public void Weight(int number, int of) => _context.Status = $"checking the gradient: weight {number} of {of}";
}
