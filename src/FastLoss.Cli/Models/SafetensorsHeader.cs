using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Models;

/// <summary>
/// The header of a safetensors file (huggingface.co/docs/safetensors): its length as eight bytes, little-endian, then JSON of the tensors' types, sizes and places, and of
/// strings about them. The tensors follow without a gap, in any order of their names. Here all numbers are F32.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>What a header of this tool's comes to by far, and nobody's memory suffers from.</summary>
    private const int MostBytes = 1 << 24;

    /// <summary>Tensors, and strings: of a hundred layers there are fewer.</summary>
    private const int MostEntries = 1000;

    private const string Metadata = "__metadata__";

    private SafetensorsHeader(IReadOnlyDictionary<string, string> strings, IReadOnlyList<TensorEntry> tensors, long length) =>
        (Strings, Tensors, Length) = (strings, tensors, length);

    /// <summary>What is said about the tensors.</summary>
    public IReadOnlyDictionary<string, string> Strings { get; }

    /// <summary>In the order of their places.</summary>
    public IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>The bytes before the tensors; padded with spaces so that these begin at a multiple of eight.</summary>
    public static byte[] Compose(IEnumerable<KeyValuePair<string, string>> strings, IEnumerable<(string Name, int[] Shape)> tensors)
    {
        using MemoryStream json = new();
        json.Write(stackalloc byte[sizeof(long)]);
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(Metadata);
            foreach ((string name, string value) in strings) writer.WriteString(name, value);
            writer.WriteEndObject();
            long at = 0;
            foreach ((string name, int[] shape) in tensors)
            {
                writer.WriteStartObject(name);
                writer.WriteString("dtype", "F32");
                writer.WriteStartArray("shape");
                long count = 1;
                foreach (int size in shape)
                {
                    writer.WriteNumberValue(size);
                    count *= size;
                }

                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(at);
                writer.WriteNumberValue(at += sizeof(float) * count);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        while (json.Length % 8 != 0) json.WriteByte((byte)' ');
        byte[] header = json.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - sizeof(long));
        return header;
    }

    /// <summary>Reads the header, and no tensor.</summary>
    /// <exception cref="InputException">It is no safetensors file of floats, or its parts do not fit together.</exception>
    public static SafetensorsHeader Read(InputFile file)
    {
        byte[] start = new byte[sizeof(long)];
        if (file.Read(start) < start.Length) throw Refused(file, $"ends after {file.Position} bytes");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length is < 2 or > MostBytes) throw Refused(file, $"its first eight bytes say that a header of {length} bytes follows");
        if (file.Length is { } whole && (long)length > whole - start.Length) throw Refused(file, $"says that its header has {length} bytes, but it ends after {whole}");
        byte[] json = file.ReadBytes((int)length);
        if (json.Length < (int)length) throw Refused(file, "ends within its header");
        if (json[0] != '{') throw Refused(file, "its header does not begin with {");
        if (!Utf8.IsValid(json)) throw Refused(file, "its header is no UTF-8");
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new() { MaxDepth = 4 });
            return Of(file, document.RootElement, start.Length + (long)length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second of half a character.
            throw Refused(file, $"its header is no JSON: {e.Message}");
        }
    }

    /// <summary>The one tensor of a name, of these sizes.</summary>
    public TensorEntry Find(InputFile file, string name, params ReadOnlySpan<int> shape)
    {
        TensorEntry tensor = Tensors.FirstOrDefault(t => t.Name == name) ?? throw Refused(file, $"has no tensor {name}");
        return shape.SequenceEqual([.. tensor.Shape]) ? tensor : throw Refused(file, $"its tensor {tensor.Said} is not [{string.Join(", ", shape.ToArray())}]");
    }

    public static InputException Refused(InputFile file, string reason) => new($"{file.Path}: is not a model `fastloss train --save` wrote: {reason}");

    private static SafetensorsHeader Of(InputFile file, JsonElement root, long before)
    {
        Dictionary<string, string> strings = [];
        List<TensorEntry> tensors = [];
        HashSet<string> names = [];
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name != Metadata)
            {
                if (!names.Add(property.Name)) throw Refused(file, $"has two tensors {property.Name}");
                if (names.Count > MostEntries) throw Refused(file, $"has more than {MostEntries} tensors");
                tensors.Add(TensorOf(file, property));
                continue;
            }

            if (property.Value.ValueKind != JsonValueKind.Object) throw Refused(file, $"its {Metadata} is no object");
            foreach (JsonProperty text in property.Value.EnumerateObject())
            {
                if (strings.Count == MostEntries) throw Refused(file, $"its {Metadata} has more than {MostEntries} strings");
                if (text.Value.ValueKind != JsonValueKind.String || !strings.TryAdd(text.Name, text.Value.GetString()!))
                    throw Refused(file, $"its {Metadata} has {text.Name} twice, or not as a string");
            }
        }

        tensors.Sort((a, b) => a.Start.CompareTo(b.Start));
        long at = 0;
        foreach (TensorEntry tensor in tensors)
        {
            if (tensor.Start != at) throw Refused(file, $"its tensor {tensor.Said} begins at byte {tensor.Start} of the data, and {at} are taken before it");
            at += tensor.Length;
        }

        return new(strings, tensors, before + at);
    }

    private static TensorEntry TensorOf(InputFile file, JsonProperty property)
    {
        string name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object
            || !property.Value.TryGetProperty("dtype", out JsonElement type) || type.ValueKind != JsonValueKind.String
            || !property.Value.TryGetProperty("shape", out JsonElement shape) || shape.ValueKind != JsonValueKind.Array
            || !property.Value.TryGetProperty("data_offsets", out JsonElement places) || places.ValueKind != JsonValueKind.Array
            || places.GetArrayLength() != 2 || !places[0].TryGetInt64(out long start) || !places[1].TryGetInt64(out long end))
        {
            throw Refused(file, $"its tensor {name} has no dtype, shape and data_offsets");
        }

        if (type.GetString() != "F32") throw Refused(file, $"its tensor {name} is {type.GetString()}; a model's are F32");
        List<int> sizes = [];
        Int128 count = 1;
        foreach (JsonElement size in shape.EnumerateArray())
        {
            if (!size.TryGetInt32(out int value) || value < 0 || sizes.Count == 8) throw Refused(file, $"its tensor {name} has the shape {shape}");
            sizes.Add(value);
            count = Int128.Min(count * value, Int128.One << 70);
        }

        if (count > Array.MaxLength) throw Refused(file, $"its tensor {name} has the shape {shape}, more than an array holds");
        return start >= 0 && end - start == sizeof(float) * (long)count
            ? new(name, sizes, start, end - start)
            : throw Refused(file, $"its tensor {name} of shape {shape} has the bytes {start} to {end}");
    }
}
