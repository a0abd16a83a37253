using FastLoss.Samples;

Dictionary<string, Action<TextWriter>> samples = new()
{
    ["micro-batches"] = MicroBatches.Run,
    ["recogniser"] = Recogniser.Run,
    ["boosting"] = Boosting.Run,
    ["dense-layer"] = DenseLayer.Run,
    ["training-loop"] = TrainingLoop.Run,
    ["onnx-output"] = OnnxOutput.Run,
};
if (args is not [var name] || !samples.TryGetValue(name, out Action<TextWriter>? run))
{
    Console.Error.WriteLine($"usage: dotnet run --project src/FastLoss.Samples -- {string.Join('|', samples.Keys)}");
    return 2;
}

run(Console.Out);
return 0;
