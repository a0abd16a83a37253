using FastLoss.Cli.Exporting;

namespace FastLoss.Bench.Rivals;

/// <summary>A one-output graph of ONNX operators, written as the protobuf bytes a session loads (onnx.proto, ONNX 1.15).</summary>
public sealed class OnnxModel(int elementType)
{
    public const int FloatType = 1, Int64Type = 7, DoubleType = 11;

    private readonly List<byte[]> _nodes = [], _inputs = [], _constants = [];

    public OnnxModel Input(string name, int type, params long[] shape)
    {
        _inputs.Add(ValueInfo(name, type, shape));
        return this;
    }

    public OnnxModel Constant(string name, params long[] values)
    {
        // TensorProto: dims = 1, data_type = 2, int64_data = 7, name = 8.
        _constants.Add(ProtoWriter.Message(m =>
        {
            m.Integer(1, values.Length);
            m.Integer(2, Int64Type);
            foreach (long value in values) m.Integer(7, value);
            m.Text(8, name);
        }));
        return this;
    }

    public OnnxModel Node(string operation, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        // NodeProto: input = 1, output = 2, op_type = 4, attribute = 5.
        _nodes.Add(ProtoWriter.Message(m =>
        {
            foreach (string input in inputs) m.Text(1, input);
            m.Text(2, output);
            m.Text(4, operation);
            foreach ((string name, object value) in attributes) m.Part(5, Attribute(name, value));
        }));
        return this;
    }

    public byte[] Build(string output, params long[] shape)
    {
        // GraphProto: node = 1, name = 2, initializer = 5, input = 11, output = 12.
        byte[] graph = ProtoWriter.Message(m =>
        {
            foreach (byte[] node in _nodes) m.Part(1, node);
            m.Text(2, "graph");
            foreach (byte[] constant in _constants) m.Part(5, constant);
            foreach (byte[] input in _inputs) m.Part(11, input);
            m.Part(12, ValueInfo(output, elementType, shape));
        });
        // OperatorSetIdProto: version = 2. ModelProto: ir_version = 1, graph = 7, opset_import = 8.
        return ProtoWriter.Message(m =>
        {
            m.Integer(1, 8);
            m.Part(7, graph);
            m.Part(8, ProtoWriter.Message(o => o.Integer(2, 18)));
        });
    }

    private static byte[] Attribute(string name, object value) => ProtoWriter.Message(m =>
    {
        // AttributeProto: name = 1, i = 3, s = 4, type = 20 (2 is INT, 3 is STRING).
        m.Text(1, name);
        if (value is string text)
        {
            m.Part(4, System.Text.Encoding.UTF8.GetBytes(text));
            m.Integer(20, 3);
        }
        else
        {
            m.Integer(3, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
            m.Integer(20, 2);
        }
    });

    private static byte[] ValueInfo(string name, int type, long[] shape)
    {
        // ValueInfoProto: name = 1, type = 2. TypeProto: tensor_type = 1. Tensor: elem_type = 1, shape = 2. Dimension: dim_value = 1.
        byte[] dimensions = ProtoWriter.Message(m =>
        {
            foreach (long length in shape) m.Part(1, ProtoWriter.Message(d => d.Integer(1, length)));
        });
        byte[] tensor = ProtoWriter.Message(m =>
        {
            m.Integer(1, type);
            m.Part(2, dimensions);
        });
        return ProtoWriter.Message(m =>
        {
            m.Text(1, name);
            m.Part(2, ProtoWriter.Message(t => t.Part(1, tensor)));
        });
    }
}
