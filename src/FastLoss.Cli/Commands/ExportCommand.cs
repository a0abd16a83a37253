using System.CommandLine;
using FastLoss.Cli.Exporting;
using FastLoss.Cli.Files;
using FastLoss.Cli.Models;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss export`: a saved network in the format of others.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Option<string> model = Options.File("--model", "The network, as `fastloss train --save` wrote it.");
        Option<string> onnx = Options.File("--onnx", "Where the ONNX model goes: pixels [images, inputs] to logits and probabilities.");
        model.Required = onnx.Required = true;
        Command command = new("export", "Write a saved network as an ONNX model.") { model, onnx };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            OutputFile file = new("--onnx", parsed.GetRequiredValue(onnx));
            OutputFile.RefuseCollisions([file], [path]);
            byte[] bytes = OnnxExport.Of(ModelFile.Read(path));
            file.Write(bytes);
            parsed.InvocationConfiguration.Output.WriteLine($"{"onnx",-15} {file.FullPath}");
        });
        return command;
    }
}
