using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastLoss.Tests.Conformance;

/// <summary>ONNX-ML's node tests of optimizers through the public API. All are of the step 0, where its Adam corrects no bias.</summary>
public class OnnxTrainingTests
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNameCaseInsensitive = true };

    private static string Folder => Path.Combine(Path.GetDirectoryName(ThisFile())!, "onnx-training");

    public static TheoryData<string> Cases => [.. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Fact]
    public void AllAreHere() => Assert.Equal(7, Directory.GetFiles(Folder, "*.json").Length);

    [Theory, MemberData(nameof(Cases))]
    public void Passes(string name)
    {
        Case c = JsonSerializer.Deserialize<Case>(File.ReadAllText(Path.Combine(Folder, name + ".json")), s_json)!;
        Attributes a = c.Attributes;
        IOptimizer rule = c.Op switch
        {
            "Adagrad" => new AdaGrad { WeightDecay = a.NormCoefficient, Epsilon = a.Epsilon, LearningRateDecay = a.DecayFactor },
            "Momentum" => new Sgd { WeightDecay = a.NormCoefficient, Momentum = a.Alpha, Dampening = 1 - a.Beta, Nesterov = a.Mode == "nesterov" },
            "Adam" => new Adam { WeightDecay = a.NormCoefficient, Beta1 = a.Alpha, Beta2 = a.Beta, Epsilon = a.Epsilon, EpsilonHat = true, BiasCorrection = false },
            _ => throw new InvalidDataException(c.Op),
        };
        double rate = c.Inputs[0].Data[0];
        Assert.Equal(0, c.Inputs[1].Data[0]);

        // R, T, then all X, all G, and all of each slot; the results in the order of X and the slots.
        int parts = c.Outputs.Length, slots = c.Op == "Adam" ? 2 : 1, tensors = parts / (slots + 1);
        for (int k = 0; k < tensors; k++)
        {
            float[] x = Of(c.Inputs[2 + k]), g = Of(c.Inputs[2 + tensors + k]);
            Optimizer<float> optimizer = new(rule, x.Length);
            for (int s = 0; s < slots; s++) Of(c.Inputs[2 + ((2 + s) * tensors) + k]).CopyTo(optimizer.Slot(s));
            optimizer.Step(x, g, rate);
            Same(c.Outputs[k].Data, x);
            for (int s = 0; s < slots; s++) Same(c.Outputs[((1 + s) * tensors) + k].Data, optimizer.Slot(s));
        }
    }

    private static float[] Of(Tensor t) => Array.ConvertAll(t.Data, v => (float)v);

    private static void Same(double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private sealed record Tensor(string Name, double[] Data);

    private sealed record Attributes(
        [property: JsonPropertyName("norm_coefficient")] double NormCoefficient,
        double Alpha,
        double Beta,
        double Epsilon,
        [property: JsonPropertyName("decay_factor")] double DecayFactor,
        string? Mode);

    private sealed record Case(string Op, Attributes Attributes, Tensor[] Inputs, Tensor[] Outputs);
}
