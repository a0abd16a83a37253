using FastLoss.Cli.Data;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Training;

/// <summary>How large a training becomes, counted before it begins.</summary>
/// <param name="Parameters">Weights and biases; more than a network may have, perhaps.</param>
/// <param name="Bytes">All memory that the training takes, the data included.</param>
/// <param name="CheckBytes">All memory that the gradient check takes after it, which works in double.</param>
/// <param name="LargestArray">Elements of the largest array.</param>
internal readonly record struct TrainingMemory(Int128 Parameters, Int128 Bytes, Int128 CheckBytes, Int128 LargestArray)
{
    private const int Floats = sizeof(float), Doubles = sizeof(double);

    /// <summary>A column of the numerical gradient's state is a whole number of vectors of 64 bytes.</summary>
    private const int LargestVector = 16;

    public static TrainingMemory Of(DataSet data, TrainingOptions options) =>
        Of(data.Train.PixelCount, data.Train.Count, data.Test.Count, data.ClassCount, options);

    public static TrainingMemory Of(int pixels, int trainCount, int testCount, int classes, TrainingOptions options)
    {
        Int128 hidden = 0, widest = 0, parameters = 0, inputs = pixels;
        foreach (int units in options.Hidden)
        {
            (hidden, widest) = (hidden + units, Int128.Max(widest, units));
            parameters += (inputs + 1) * units;
            inputs = units;
        }

        parameters += (inputs + 1) * classes;
        Int128 images = Floats * (pixels + (Int128)1) * ((Int128)trainCount + testCount);
        int batch = Math.Min(options.Batch, trainCount), rows = Trainer.RowsAtATime(options);

        // Each thread works some rows at a time, and has a gradient of its own; the optimizer and the best epoch keep some numbers of each parameter.
        Int128 workspace = Floats * options.ThreadCount * ((rows * ((2 * hidden) + (options.Hidden.Count > 1 ? 2 * widest : widest) + classes)) + (batch > rows ? parameters : 0));
        Int128 kept = options.KeptPerParameter;
        Int128 largest = Int128.Max(parameters * Math.Max(1, options.SlotCount), rows * widest);
        Int128 training = (Floats * (2 + kept) * parameters) + workspace + (Floats * batch * (pixels + (Int128)1));
        if (options.Gradient == GradientMode.Numerical)
        {
            Int128 column = batch + LargestVector;
            training += Floats * (parameters + (column * (pixels + (10 * hidden) + (8 * classes))));
            largest = Int128.Max(largest, column * Int128.Max(pixels, Int128.Max(widest, classes)));
        }

        // Network, gradient and the state that knows one weight at a time, beside the trained network.
        Int128 check = (Floats * parameters) + (Doubles * (3 * parameters)) + (GradientComparison.MostRows * Doubles * (pixels + (12 * hidden) + (10 * classes)));
        return new(parameters, images + training, images + check, largest);
    }

    /// <summary>That of a training, if there is as much.</summary>
    /// <exception cref="InputException">It is more than a network may have, an array may hold or the memory.</exception>
    public static TrainingMemory Require(DataSet data, TrainingOptions options)
    {
        TrainingMemory memory = Of(data, options);
        memory.Require($"a network {string.Join('-', [data.Train.PixelCount, .. options.Hidden, data.ClassCount])}", options, Memory.Available);
        return memory;
    }

    /// <exception cref="InputException">It is more than a network may have, an array may hold or the memory.</exception>
    public void Require(string network, TrainingOptions options, long available)
    {
        string hidden = $"--hidden {string.Join(',', options.Hidden)}";
        if (Parameters > Array.MaxLength)
            throw new InputException($"{hidden}: {network} has {Parameters} weights, {Memory.Text(Floats * Parameters)}; a network has at most {Array.MaxLength}");
        if (LargestArray > Array.MaxLength)
        {
            throw new InputException(options.Gradient == GradientMode.Numerical
                ? $"--batch {options.Batch}: with --gradient numerical and {network} it keeps {LargestArray} numbers at once, {Memory.Text(Bytes)} in all; an array holds at most {Array.MaxLength}"
                : $"{hidden}: training {network} keeps {LargestArray} numbers at once; an array holds at most {Array.MaxLength}");
        }

        Memory.Require(Bytes, $"{hidden}: training {network} in batches of {options.Batch}", available);
    }
}
