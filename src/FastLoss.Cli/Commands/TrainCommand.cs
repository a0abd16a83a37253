using System.CommandLine;
using FastLoss.Cli.Data;
using FastLoss.Cli.Exporting;
using FastLoss.Cli.Files;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss train`: images in, a trained and tested network and a report out.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        DataOptions data = new();
        TrainingOptionSet training = new();
        Option<int?> folds = Options.Count("--folds", "Before it, trains as many networks, each without one of so many parts of the training images, and tests each with its part.", null, 1000, least: 2);
        PageOptions page = new("report.html");
        Option<string> save = Options.File("--save", "Where the trained network goes, a safetensors file for `fastloss eval` and `predict`.");
        Option<string> checkpoint = Options.File("--checkpoint", "Where the training's state goes after each epoch, and when the program is interrupted.");
        Option<int?> every = Options.Count("--checkpoint-every", "Keeps the state after so many batches, too.", null, int.MaxValue);
        Option<bool> resume = new("--resume") { Description = "Goes on from the checkpoint, to the same bits as without the interruption; from the beginning where there is none yet." };
        Option<string> log = Options.File("--log", "Where a line for each epoch goes: FILE.csv, or FILE.jsonl.");
        Option<string> board = new("--tensorboard") { Description = "Where the scores go for TensorBoard, a directory of this run's own.", HelpName = "directory" };
        Option<bool> noCheck = new("--no-check") { Description = "Do not check the trained network's gradient." };

        Command command = new("train", "Train a network on images, test it, and write a report.");
        training.AddTo(command);
        page.AddTo(command);
        foreach (Option option in (Option[])[folds, save, checkpoint, every, resume, log, board, noCheck]) command.Add(option);
        data.AddTo(command);
        command.SetAction(parsed =>
        {
            TrainingOptions options = training.Of(parsed);
            DataSource source = data.Of(parsed);
            string? at = parsed.GetValue(checkpoint), lines = parsed.GetValue(log);
            bool isResumed = parsed.GetValue(resume);
            if (at is null && isResumed) throw new InputException("--resume goes with --checkpoint FILE, from which it goes on");
            if (at is null && parsed.GetValue(every) is { } batches) throw new InputException($"--checkpoint-every {batches} goes with --checkpoint FILE");
            if (lines is not null && EpochLog.KindOf(lines) is null) throw new InputException($"--log {lines}: must end in .csv or .jsonl");
            if (at is not null && !isResumed && File.Exists(at)) throw new InputException($"--checkpoint {at}: exists; --resume goes on from it, or remove it");
            OutputFile? report = page.Of(parsed);
            OutputFile? saved = Output("--save", parsed.GetValue(save)), kept = Output("--checkpoint", at), logged = Output("--log", lines);
            EventFile? events = parsed.GetValue(board) is { } directory ? new(directory, DateTimeOffset.UtcNow) : null;
            OutputFile.RefuseCollisions([.. new[] { report, saved, kept, logged, events?.File }.OfType<OutputFile>()], DataSets.FilesOf(source));
            new TrainingRun(source, options, parsed.InvocationConfiguration.Output)
            {
                Command = "fastloss " + string.Join(' ', parsed.Tokens.Select(t => t.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{t.Value}\"" : t.Value)),
                Report = report,
                Saved = saved,
                Keeper = new(kept, parsed.GetValue(every)) { Log = logged, Events = events },
                IsResumed = isResumed,
                Folds = parsed.GetValue(folds) ?? 0,
                IsChecked = !parsed.GetValue(noCheck),
            }.Run();
        });
        return command;

        static OutputFile? Output(string option, string? path) => path is null ? null : new(option, path);
    }
}
