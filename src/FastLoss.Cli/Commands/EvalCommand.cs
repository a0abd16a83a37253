using System.CommandLine;
using FastLoss.Cli.Data;
using FastLoss.Cli.Models;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss eval`: what a saved network makes of a data set, as a whole and class by class.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        Option<string> model = Options.File("--model", "The network, as `fastloss train --save` wrote it.");
        model.Required = true;
        DataOptions data = new();
        Command command = new("eval", "Test a saved network on images.") { model };
        data.AddTo(command);
        command.SetAction(parsed =>
            Run(parsed.GetRequiredValue(model), data.Of(parsed), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void Run(string model, DataSource source, TextWriter output)
    {
        if (string.IsNullOrWhiteSpace(model)) throw new InputException("--model names no file");
        (Network<float> network, ulong seed) = ModelFile.Read(model);
        DataSet data = DataSets.Load(source, seed);
        NetworkShape shape = network.Shape;
        if (shape.InputCount != data.Test.PixelCount || shape.ClassCount < data.ClassCount)
        {
            throw new InputException(
                $"{model}: is for images of {shape.InputCount} pixels in {shape.ClassCount} classes; {source} has {data.Test.Width}x{data.Test.Height} = {data.Test.PixelCount} pixels and {data.ClassCount} classes");
        }

        output.WriteLine($"{"data",-15} {Lines.Data(data)}");
        output.WriteLine($"{"network",-15} {Lines.Network(shape, network.Activation)}");
        output.WriteLine($"{"train",-15} {Lines.Of(Score.Of(network, data.Train))}");
        output.WriteLine($"{"test",-15} {Lines.Of(Score.Of(network, data.Test))}");
        Predictions predictions = Predictions.Of(network, data.Test);
        for (int c = 0; c < data.ClassCount; c++)
        {
            int of = 0, right = 0;
            for (int i = 0; i < data.Test.Count; i++)
            {
                if (data.Test.Labels[i] != c) continue;
                of++;
                if (predictions.Classes[i] == c) right++;
            }

            output.WriteLine($"{"class " + data.ClassNames[c],-15} {right} of {of} test images right");
        }
    }
}
