using FastLoss.Cli.Data;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Explaining;

/// <summary>Loss and accuracy at equidistant values of one weight.</summary>
internal sealed record WeightWalk(double[] Weights, double[] Losses, double[] Accuracies)
{
    /// <summary>The network is afterwards as it was.</summary>
    public static WeightWalk Of(Network<float> network, Images images, int weight, double from, double to, int positions)
    {
        float trained = network.Parameters[weight];
        var walk = new WeightWalk(new double[positions], new double[positions], new double[positions]);
        try
        {
            for (int i = 0; i < positions; i++)
            {
                float moved = (float)(from + ((to - from) * i / (positions - 1)));
                network.Parameters[weight] = moved;
                Score score = Score.Of(network, images);
                (walk.Weights[i], walk.Losses[i], walk.Accuracies[i]) = (moved, score.Loss.Mean, score.Accuracy.Value);
            }
        }
        finally
        {
            network.Parameters[weight] = trained;
        }

        return walk;
    }

    /// <summary>The central difference over the neighbours.</summary>
    public double Slope(double[] values, int i) => (values[i + 1] - values[i - 1]) / (Weights[i + 1] - Weights[i - 1]);
}
