namespace FastLoss.Cli.Training;

/// <summary>What a network takes images for, and how sure it is.</summary>
/// <param name="Classes">The predicted class of each image; -1 where the network computes NaN.</param>
/// <param name="Confidences">Its probability; NaN where there is none.</param>
internal sealed record Predictions(int[] Classes, float[] Confidences);
