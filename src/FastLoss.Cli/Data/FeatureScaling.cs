using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastLoss.Cli.Data;

/// <summary>How features become what a network reads.</summary>
internal enum ScalingKind
{
    /// <summary>Pixels where every value is one, and each feature's range where not.</summary>
    Auto,

    /// <summary>Each feature's range, over the training rows, to 0..1; others may lie outside.</summary>
    Range,

    /// <summary>Each feature's mean over the training rows to 0, its standard deviation to 1.</summary>
    Standard,

    /// <summary>All by one number, the largest of the training rows: a picture stays one.</summary>
    Pixels,

    /// <summary>As they are.</summary>
    None,
}

/// <summary>(x - offset) / scale for each feature, known from the training rows alone, so that a test says what new rows would.</summary>
/// <param name="Kind">How it came about; not <see cref="ScalingKind.Auto"/>.</param>
/// <param name="Offsets">What is subtracted of each feature.</param>
/// <param name="Scales">What the difference is divided by; not 0.</param>
internal sealed record FeatureScaling(ScalingKind Kind, double[] Offsets, double[] Scales)
{
    private static readonly JsonSerializerOptions s_json = new() { Converters = { new JsonStringEnumConverter() }, RespectRequiredConstructorParameters = true };

    [JsonIgnore]
    public int FeatureCount => Offsets.Length;

    /// <summary>In words, for a line about the data.</summary>
    [JsonIgnore]
    public string Text => Kind switch
    {
        ScalingKind.Range => "each feature's range to 0..1",
        ScalingKind.Standard => "each feature standardised",
        ScalingKind.Pixels => FormattableString.Invariant($"pixels divided by {Scales[0]}"),
        _ => "features as they are",
    };

    /// <summary>As a line of JSON, which a model's file can keep: every number to its last bit.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>What <see cref="ToJson"/> wrote; null where it is none, or one that no feature can be scaled by.</summary>
    public static FeatureScaling? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<FeatureScaling>(json, s_json) is { Offsets: { } offsets, Scales: { } scales } scaling
                && offsets.Length == scales.Length && offsets.Length > 0 && Enum.IsDefined(scaling.Kind) && scaling.Kind != ScalingKind.Auto
                && offsets.All(double.IsFinite) && scales.All(s => double.IsFinite(s) && s != 0) ? scaling : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <param name="kind">How; auto is pixels or range.</param>
    /// <param name="features">Rows of features.</param>
    /// <param name="count">Features of a row.</param>
    /// <param name="rows">The rows that are trained on; one at least.</param>
    public static FeatureScaling Fit(ScalingKind kind, ReadOnlySpan<double> features, int count, ReadOnlySpan<int> rows)
    {
        double[] offsets = new double[count], scales = new double[count];
        Array.Fill(scales, 1);
        switch (kind)
        {
            case ScalingKind.Auto:
                return Fit(ArePixels(features, count) ? ScalingKind.Pixels : ScalingKind.Range, features, count, rows);
            case ScalingKind.Range:
                for (int f = 0; f < count; f++) (offsets[f], scales[f]) = Range(features, count, rows, f);
                break;
            case ScalingKind.Standard:
                for (int f = 0; f < count; f++) (offsets[f], scales[f]) = Moments(features, count, rows, f);
                break;
            case ScalingKind.Pixels:
                double largest = 0;
                foreach (int row in rows)
                {
                    foreach (double value in features.Slice(row * count, count)) largest = Math.Max(largest, Math.Abs(value));
                }

                Array.Fill(scales, NotZero(largest));
                break;
        }

        return new(kind, offsets, scales);
    }

    /// <summary>Whether rows are pictures: a square of whole numbers from 0 to 255.</summary>
    public static bool ArePixels(ReadOnlySpan<double> features, int count)
    {
        if (Side(count) is null) return false;
        foreach (double value in features)
        {
            if (value is < 0 or > 255 || Math.Truncate(value) != value) return false;
        }

        return true;
    }

    /// <summary>Of a square; null where the count is none, or of a single pixel.</summary>
    public static int? Side(int count)
    {
        int side = (int)Math.Round(Math.Sqrt(count));
        return side > 1 && side * side == count ? side : null;
    }

    /// <summary>Rows of scaled features, in the order of the indices.</summary>
    public float[] Apply(ReadOnlySpan<double> features, ReadOnlySpan<int> rows)
    {
        float[] result = new float[rows.Length * FeatureCount];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int f = 0; f < FeatureCount; f++)
                result[(i * FeatureCount) + f] = (float)((features[(rows[i] * FeatureCount) + f] - Offsets[f]) / Scales[f]);
        }

        return result;
    }

    private static (double Offset, double Scale) Range(ReadOnlySpan<double> features, int count, ReadOnlySpan<int> rows, int feature)
    {
        double least = double.PositiveInfinity, largest = double.NegativeInfinity;
        foreach (int row in rows)
        {
            double value = features[(row * count) + feature];
            least = Math.Min(least, value);
            largest = Math.Max(largest, value);
        }

        return (least, NotZero(largest - least));
    }

    /// <summary>In two passes, so that a large mean takes no digits from a small deviation.</summary>
    private static (double Mean, double Deviation) Moments(ReadOnlySpan<double> features, int count, ReadOnlySpan<int> rows, int feature)
    {
        double sum = 0, squares = 0;
        foreach (int row in rows) sum += features[(row * count) + feature] / rows.Length;
        foreach (int row in rows)
        {
            double apart = features[(row * count) + feature] - sum;
            squares += apart * apart / rows.Length;
        }

        return (sum, NotZero(Math.Sqrt(squares)));
    }

    /// <summary>A feature that is the same in all rows says nothing, and becomes 0.</summary>
    private static double NotZero(double scale) => scale > 0 && double.IsFinite(scale) ? scale : 1;
}
