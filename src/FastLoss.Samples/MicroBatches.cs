namespace FastLoss.Samples;

/// <summary>A batch that does not fit is done in parts. Tallies add exactly, so they give the batch's loss to the last bit.</summary>
internal static class MicroBatches
{
    private const int Rows = 1000, Classes = 10, Part = 300;

    public static void Run(TextWriter output)
    {
        Random random = new(1);
        float[] logits = new float[Rows * Classes];
        int[] labels = new int[Rows];
        for (int i = 0; i < logits.Length; i++) logits[i] = (random.NextSingle() * 10) - 5;
        for (int i = 0; i < Rows; i++) labels[i] = random.Next(Classes);
        SoftmaxCrossEntropy loss = new() { LabelSmoothing = 0.1 };

        float[] whole = new float[logits.Length], parts = new float[logits.Length];
        LossTally batch = Loss.EvaluateWithGradient(loss, logits, Classes, labels, whole);

        LossTally sum = default;
        for (int row = 0; row < Rows; row += Part)
        {
            int count = Math.Min(Part, Rows - row);
            Range elements = (row * Classes)..((row + count) * Classes);
            // The gradient is divided by the whole batch's rows, as if there were no parts; the tally counts the part's own.
            LossTally part = Loss.EvaluateWithGradient(
                loss, logits.AsSpan(elements), Classes, labels.AsSpan(row, count), parts.AsSpan(elements), new() { Denominator = Rows });
            // What another machine would send: 256 hexadecimal digits.
            sum += LossTally.FromHex(part.ToHex());
        }

        output.WriteLine($"the batch: mean {batch.Mean:F6} of {batch.Count} rows");
        output.WriteLine($"the parts: mean {sum.Mean:F6} of {sum.Count} rows, the same bits: {sum == batch}");
        output.WriteLine($"gradients, the same bits: {whole.AsSpan().SequenceEqual(parts)}");
    }
}
