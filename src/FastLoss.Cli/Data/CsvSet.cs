namespace FastLoss.Cli.Data;

/// <summary>A CSV file as a data set: split by class and seed, then scaled by what is trained on.</summary>
internal static class CsvSet
{
    private static readonly string[] s_endings = [".csv", ".csv.gz", ".tsv", ".tsv.gz"];

    /// <summary>Whether a name is that of a CSV file; whether it is there, reading says.</summary>
    public static bool IsNamed(string name) => s_endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    public static DataSet Load(DataSource source, ulong seed)
    {
        if (source.LabelColumn is { } column && string.IsNullOrWhiteSpace(column)) throw new InputException("--label-column names no column");
        CsvTable table = CsvFile.Read(source.Name, source.LabelColumn);
        FeatureScaling? known = source.Fitted?.ScalingOf(table);
        TrainTestSplit split = DataSets.SplitOf(source, table.Labels, table.ClassNames.Count, seed);
        FeatureScaling scaling = known ?? FeatureScaling.Fit(source.Scaling ?? ScalingKind.Auto, table.Features, table.FeatureCount, split.Train);
        bool isImage = FeatureScaling.ArePixels(table.Features, table.FeatureCount);
        (int width, int height) = isImage ? (FeatureScaling.Side(table.FeatureCount)!.Value, FeatureScaling.Side(table.FeatureCount)!.Value) : (table.FeatureCount, 1);
        int[] classes = source.Fitted?.ClassesOf(table) ?? table.Labels;
        return new(source.Name, Part(split.Train), Part(split.Test), source.Fitted?.ClassNames ?? table.ClassNames) { Scaling = scaling };

        Images Part(ReadOnlySpan<int> rows)
        {
            int[] labels = new int[rows.Length];
            MiniBatches.Gather(classes, 1, rows, labels);
            float[] scaled = scaling.Apply(table.Features, rows);
            int broken = Array.FindIndex(scaled, f => !float.IsFinite(f));
            if (broken >= 0)
            {
                double value = table.Features[(rows[broken / table.FeatureCount] * table.FeatureCount) + (broken % table.FeatureCount)];
                throw new InputException(FormattableString.Invariant($"{source}: {value}, scaled ({scaling.Text}), is more than a float holds"));
            }

            return new(scaled, labels, width, height);
        }
    }
}
