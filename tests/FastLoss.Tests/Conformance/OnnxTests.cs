using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastLoss.Tests.Conformance;

/// <summary>ONNX's node tests through the public API; the adapter moves the class axis last, where rows have it.</summary>
public class OnnxTests
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNameCaseInsensitive = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static string Folder => Path.Combine(Path.GetDirectoryName(ThisFile())!, "onnx");

    public static TheoryData<string> Cases => [.. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Fact]
    public void AllAreHere() => Assert.Equal(59, Directory.GetFiles(Folder, "*.json").Length);

    [Theory, MemberData(nameof(Cases))]
    public void Passes(string name)
    {
        Case c = JsonSerializer.Deserialize<Case>(File.ReadAllText(Path.Combine(Folder, name + ".json")), Json)!;
        Tensor x = c.Inputs[0];
        int axis = c.Attributes.Axis is int a ? (a + x.Shape.Length) % x.Shape.Length : 1;
        int classCount = x.Shape[axis];
        float[] rows = Permute(x.Data, x.Shape, axis, toRows: true);
        float[] output = new float[rows.Length];
        if (c.Op is "Softmax" or "LogSoftmax")
        {
            if (c.Op == "Softmax") Softmax.Compute<float>(rows, classCount, output);
            else LogSoftmax.Compute<float>(rows, classCount, output);
            Same(c.Outputs[0].Data, Permute(output, x.Shape, axis, toRows: false));
            return;
        }

        long[] labels = Array.ConvertAll(c.Inputs[1].Data, v => (long)v);
        LossOptions<float> options = new()
        {
            ClassWeights = c.Inputs.Length > 2 ? Array.ConvertAll(c.Inputs[2].Data, v => (float)v) : [],
            IgnoreLabel = c.Attributes.IgnoreIndex,
        };
        float[] losses = new float[labels.Length];
        bool fromLogits = c.Op == "SoftmaxCrossEntropyLoss";
        LossTally tally = fromLogits
            ? Loss.PerRow<SoftmaxCrossEntropy, float, long>(new(), rows, classCount, labels, losses, options)
            : Loss.PerRow<NegativeLogLikelihood, float, long>(new(), rows, classCount, labels, losses, options);
        Assert.Equal(tally, fromLogits
            ? Loss.Evaluate<SoftmaxCrossEntropy, float, long>(new(), rows, classCount, labels, options)
            : Loss.Evaluate<NegativeLogLikelihood, float, long>(new(), rows, classCount, labels, options));
        switch (c.Attributes.Reduction)
        {
            case "none": Same(c.Outputs[0].Data, losses); break;
            case "sum": Same(c.Outputs[0].Data, [(float)tally.Sum]); break;
            default: Same(c.Outputs[0].Data, [(float)tally.Mean]); break;
        }

        if (c.Outputs.Length < 2) return;
        LogSoftmax.Compute<float>(rows, classCount, output);
        Same(c.Outputs[1].Data, Permute(output, x.Shape, axis, toRows: false));
    }

    private static void Same(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])));
    }

    /// <summary>[outer, class, inner] to rows [outer, inner, class], or back.</summary>
    private static float[] Permute<T>(T[] data, int[] shape, int axis, bool toRows)
        where T : IConvertible
    {
        int outer = shape[..axis].Aggregate(1, (p, n) => p * n), n = shape[axis], inner = data.Length / outer / n;
        float[] result = new float[data.Length];
        for (int o = 0; o < outer; o++)
        {
            for (int k = 0; k < n; k++)
            {
                for (int i = 0; i < inner; i++)
                {
                    int plain = (((o * n) + k) * inner) + i, row = (((o * inner) + i) * n) + k;
                    result[toRows ? row : plain] = data[toRows ? plain : row].ToSingle(null);
                }
            }
        }

        return result;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private sealed record Tensor(string Name, int[] Shape, double[] Data);

    private sealed record Attributes(int? Axis, string? Reduction, [property: JsonPropertyName("ignore_index")] long? IgnoreIndex);

    private sealed record Case(string Op, Attributes Attributes, Tensor[] Inputs, Tensor[] Outputs);
}
