using Google.Protobuf;

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
        _constants.Add(Message(m =>
        {
            Varint(m, 1, values.Length);
            Varint(m, 2, Int64Type);
            foreach (long value in values) Varint(m, 7, value);
            Text(m, 8, name);
        }));
        return this;
    }

    public OnnxModel Node(string operation, string[] inputs, string output, params (string Name, object Value)[] attributes)
    {
        // NodeProto: input = 1, output = 2, op_type = 4, attribute = 5.
        _nodes.Add(Message(m =>
        {
            foreach (string input in inputs) Text(m, 1, input);
            Text(m, 2, output);
            Text(m, 4, operation);
            foreach ((string name, object value) in attributes) Bytes(m, 5, Attribute(name, value));
        }));
        return this;
    }

    public byte[] Build(string output, params long[] shape)
    {
        // GraphProto: node = 1, name = 2, initializer = 5, input = 11, output = 12.
        byte[] graph = Message(m =>
        {
            foreach (byte[] node in _nodes) Bytes(m, 1, node);
            Text(m, 2, "graph");
            foreach (byte[] constant in _constants) Bytes(m, 5, constant);
            foreach (byte[] input in _inputs) Bytes(m, 11, input);
            Bytes(m, 12, ValueInfo(output, elementType, shape));
        });
        // OperatorSetIdProto: version = 2. ModelProto: ir_version = 1, graph = 7, opset_import = 8.
        return Message(m =>
        {
            Varint(m, 1, 8);
            Bytes(m, 7, graph);
            Bytes(m, 8, Message(o => Varint(o, 2, 18)));
        });
    }

    private static byte[] Attribute(string name, object value) => Message(m =>
    {
        // AttributeProto: name = 1, i = 3, s = 4, type = 20 (2 is INT, 3 is STRING).
        Text(m, 1, name);
        if (value is string text)
        {
            Bytes(m, 4, System.Text.Encoding.UTF8.GetBytes(text));
            Varint(m, 20, 3);
        }
        else
        {
            Varint(m, 3, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
            Varint(m, 20, 2);
        }
    });

    private static byte[] ValueInfo(string name, int type, long[] shape)
    {
        // ValueInfoProto: name = 1, type = 2. TypeProto: tensor_type = 1. Tensor: elem_type = 1, shape = 2. Dimension: dim_value = 1.
        byte[] dimensions = Message(m =>
        {
            foreach (long length in shape) Bytes(m, 1, Message(d => Varint(d, 1, length)));
        });
        byte[] tensor = Message(m =>
        {
            Varint(m, 1, type);
            Bytes(m, 2, dimensions);
        });
        return Message(m =>
        {
            Text(m, 1, name);
            Bytes(m, 2, Message(t => Bytes(t, 1, tensor)));
        });
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream bytes = new();
        using (CodedOutputStream output = new(bytes, leaveOpen: true)) write(output);
        return bytes.ToArray();
    }

    private static void Varint(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Text(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Bytes(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }
}
