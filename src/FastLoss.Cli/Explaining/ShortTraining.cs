using FastLoss.Cli.Data;
using FastLoss.Cli.Files;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Explaining;

/// <summary>The tool's usual network, trained by as many steps whatever the number of images.</summary>
internal static class ShortTraining
{
    /// <summary>As many as 50 epochs of 1,000 images in batches of 100 have.</summary>
    public const int Steps = 500;

    public static TrainingOptions Options(int images, ulong seed)
    {
        var usual = new TrainingOptions { Seed = seed };
        int batches = (images + usual.Batch - 1) / usual.Batch;
        return usual with { Epochs = (Steps + batches - 1) / batches };
    }

    /// <exception cref="RunException">It diverged.</exception>
    public static TrainingResult Of(DataSet data, ulong seed)
    {
        TrainingOptions options = Options(data.Train.Count, seed);
        TrainingMemory.Require(data, options);
        TrainingResult result = Trainer.Train(data, options, CrossValidation.Quiet);
        return result.Broken is null ? result : throw new RunException($"the training on {data.Train.Count} images diverged: {result.Broken}");
    }
}
