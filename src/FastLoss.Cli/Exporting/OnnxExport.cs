using System.Buffers.Binary;
using FastLoss.Cli.Models;
using FastLoss.Cli.Reporting;

namespace FastLoss.Cli.Exporting;

/// <summary>
/// A trained network as an ONNX model (onnx.proto 1.16, operators of version 20): pixels [images, inputs] to logits and probabilities [images, classes]. A layer is a Gemm with the weights as they lie, and its activation the
/// operator of that name, or the two that make it.
/// </summary>
internal static class OnnxExport
{
    private const int Float = 1;
    private const int MostBytes = int.MaxValue; // of a protocol buffer

    /// <exception cref="InputException">It is larger than a file of this format may be.</exception>
    public static byte[] Of(Model model)
    {
        NetworkShape shape = model.Network.Shape;
        if (sizeof(float) * (long)shape.ParameterCount > MostBytes - (1 << 20))
            throw new InputException($"a network {shape} has {shape.ParameterCount} weights; an ONNX file holds less than 2 GB");
        List<byte[]> nodes = [], constants = [];
        string values = "pixels";
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            bool isLast = layer + 1 == shape.LayerCount;
            string w = $"W{layer + 1}", b = $"b{layer + 1}", sums = isLast ? "logits" : $"sums{layer + 1}";
            constants.Add(Tensor(w, model.Network.Weights(layer), shape.Sizes[layer], shape.Sizes[layer + 1]));
            constants.Add(Tensor(b, model.Network.Biases(layer), shape.Sizes[layer + 1]));
            nodes.Add(Node("Gemm", [values, w, b], sums));
            if (isLast) break;
            values = $"units{layer + 1}";
            nodes.AddRange(Activation(model.Network.Activation, sums, values));
        }

        nodes.Add(Node("Softmax", ["logits"], "probabilities", ("axis", -1L)));

        // GraphProto: node = 1, name = 2, initializer = 5, input = 11, output = 12.
        byte[] graph = ProtoWriter.Message(m =>
        {
            foreach (byte[] node in nodes) m.Part(1, node);
            m.Text(2, "network");
            foreach (byte[] constant in constants) m.Part(5, constant);
            m.Part(11, ValueInfo("pixels", shape.InputCount));
            m.Part(12, ValueInfo("logits", shape.ClassCount));
            m.Part(12, ValueInfo("probabilities", shape.ClassCount));
        });

        // ModelProto: ir_version = 1, producer_name = 2, producer_version = 3, graph = 7, opset_import = 8, metadata_props = 14.
        return ProtoWriter.Message(m =>
        {
            m.Integer(1, 9);
            m.Text(2, "fastloss");
            m.Text(3, Tool.Version);
            m.Part(7, graph);
            m.Part(8, ProtoWriter.Message(o => o.Integer(2, 20)));
            foreach ((string name, string? text) in Said(model))
            {
                if (text is not null)
                {
                    m.Part(14, ProtoWriter.Message(o =>
                    {
                        o.Text(1, name);
                        o.Text(2, text);
                    }));
                }
            }
        });
    }

    private static IEnumerable<(string Name, string? Text)> Said(Model model) =>
    [
        ("data", model.Data), ("scaling", model.Scaling?.ToJson()), ("activation", Lines.Name(model.Network.Activation)),
        ("width", model.Width == 0 ? null : $"{model.Width}"), ("height", model.Height == 0 ? null : $"{model.Height}"),
        ("classes", model.ClassNames is null ? null : System.Text.Json.JsonSerializer.Serialize(model.ClassNames)),
    ];

    private static IEnumerable<byte[]> Activation(HiddenActivation activation, string sums, string units) => activation switch
    {
        HiddenActivation.Sigmoid => [Node("Sigmoid", [sums], units)],
        HiddenActivation.Relu => [Node("Relu", [sums], units)],
        HiddenActivation.Tanh => [Node("Tanh", [sums], units)],
        HiddenActivation.Gelu => [Node("Gelu", [sums], units)],
        HiddenActivation.GeluTanh => [Node("Gelu", [sums], units, ("approximate", "tanh"))],
        HiddenActivation.Silu => [Node("Sigmoid", [sums], sums + "s"), Node("Mul", [sums, sums + "s"], units)],
        _ => [Node("Softplus", [sums], units)],
    };

    /// <summary>NodeProto: input = 1, output = 2, op_type = 4, attribute = 5.</summary>
    private static byte[] Node(string operation, string[] inputs, string output, params (string Name, object Value)[] attributes) => ProtoWriter.Message(m =>
    {
        foreach (string input in inputs) m.Text(1, input);
        m.Text(2, output);
        m.Text(4, operation);
        foreach ((string name, object value) in attributes)
        {
            // AttributeProto: name = 1, i = 3, s = 4, type = 20 (2 is INT, 3 is STRING).
            m.Part(5, ProtoWriter.Message(a =>
            {
                a.Text(1, name);
                if (value is long number) a.Integer(3, number);
                else a.Text(4, (string)value);
                a.Integer(20, value is long ? 2 : 3);
            }));
        }
    });

    /// <summary>TensorProto: dims = 1, data_type = 2, name = 8, raw_data = 9.</summary>
    private static byte[] Tensor(string name, ReadOnlySpan<float> values, params int[] sizes)
    {
        byte[] raw = new byte[sizeof(float) * values.Length];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(sizeof(float) * i), values[i]);
        return ProtoWriter.Message(m =>
        {
            foreach (int size in sizes) m.Integer(1, size);
            m.Integer(2, Float);
            m.Text(8, name);
            m.Part(9, raw);
        });
    }

    /// <summary>ValueInfoProto: name = 1, type = 2; TypeProto: tensor_type = 1; its elem_type = 1, shape = 2; a dimension: dim_value = 1 or dim_param = 2.</summary>
    private static byte[] ValueInfo(string name, int columns)
    {
        byte[] shape = ProtoWriter.Message(m =>
        {
            m.Part(1, ProtoWriter.Message(d => d.Text(2, "images")));
            m.Part(1, ProtoWriter.Message(d => d.Integer(1, columns)));
        });
        byte[] tensor = ProtoWriter.Message(m =>
        {
            m.Integer(1, Float);
            m.Part(2, shape);
        });
        return ProtoWriter.Message(m =>
        {
            m.Text(1, name);
            m.Part(2, ProtoWriter.Message(t => t.Part(1, tensor)));
        });
    }
}
