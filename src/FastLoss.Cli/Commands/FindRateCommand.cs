using System.CommandLine;
using System.Globalization;
using FastLoss.Cli.Data;
using FastLoss.Cli.Files;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss find-rate`: which learning rate to begin with.</summary>
internal static class FindRateCommand
{
    public static Command Create()
    {
        DataOptions data = new();
        TrainingOptionSet training = new();
        Command command = new("find-rate", "Try growing learning rates on a network that is thrown away, and say which to begin with.");
        training.AddStepsTo(command);
        data.AddTo(command);
        command.SetAction(parsed => Run(data.Of(parsed), training.Of(parsed), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void Run(DataSource source, TrainingOptions options, TextWriter output)
    {
        DataSet data = DataSets.Load(source, options.Seed).WithValidation(options.Validation, options.Seed);
        TrainingMemory.Require(data, options);
        IReadOnlyList<RateSweep.Step> steps = RateSweep.Run(data, options);
        output.WriteLine($"{"learning rate",-15} {"loss",10}  {"smoothed",10}");
        for (int i = 0; i < steps.Count; i += 10)
        {
            RateSweep.Step step = steps[i];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step.Rate,-15:0.0e+0} {step.Loss,10:F4}  {step.Smoothed,10:F4}"));
        }

        double? steepest = RateSweep.Steepest(steps);
        if (steepest is null) throw new RunException("the loss falls by a hundredth at none of the rates from 1e-6 to 100; batches of more images may help");
        RateSweep.Step lowest = steps.MinBy(s => s.Smoothed);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"steepest fall",-15} at {steepest:0.0e+0}: --learning-rate {steepest:0.0e+0} to begin with"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"lowest loss",-15} {lowest.Smoothed:F4} at {lowest.Rate:0.0e+0}: larger rates gain nothing"));
    }
}
