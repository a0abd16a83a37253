using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FastLoss.Cli.Data;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Models;

/// <summary>
/// A trained network as a safetensors file: tensors W1 [inputs, units], b1 [units], W2 and so on, of logits = activation(x W1 + b1) W2 + b2, and strings: format
/// "fastloss network 1", activation, seed, data, width, height, scaling (JSON: how features of a table were scaled; without it inputs are pixels from 0 to 1), classes (a JSON list), and sha256, since the format has no checksum of its own: of the names
/// and values of the other strings, sorted, the names and sizes of the tensors, as in "W1 [784, 10]", each of all these ended by a 0 byte, and the tensors' bytes. A checkpoint has more tensors and a string more.
/// </summary>
internal static class ModelFile
{
    public const string Format = "fastloss network 1";

    /// <summary>Rows that a network read from a file works at a time, where its workspace is then no larger than itself.</summary>
    private const int BatchRows = 64;

    /// <summary>Numbers written and read at a time.</summary>
    private const int Piece = 1 << 14;

    /// <summary>A network that says something: one with NaN or infinities would only be refused when it is read.</summary>
    public static bool IsFinite(ReadOnlySpan<float> parameters) => FirstNotFinite(parameters) < 0;

    /// <param name="stream">Where it goes.</param>
    /// <param name="model">The network, all its parameters finite, and what is said about it.</param>
    /// <param name="more">Tensors of as many numbers as the network has parameters.</param>
    /// <param name="strings">More strings.</param>
    public static void Write(
        Stream stream, Model model, IReadOnlyList<(string Name, ReadOnlyMemory<float> Numbers)>? more = null, IEnumerable<KeyValuePair<string, string>>? strings = null)
    {
        NetworkShape shape = model.Network.Shape;
        List<(string Name, int[] Shape)> tensors = [];
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            tensors.Add(($"W{layer + 1}", [shape.Sizes[layer], shape.Sizes[layer + 1]]));
            tensors.Add(($"b{layer + 1}", [shape.Sizes[layer + 1]]));
        }

        foreach ((string name, ReadOnlyMemory<float> numbers) in more ?? []) tensors.Add((name, [numbers.Length]));
        Dictionary<string, string> said = new()
        {
            ["format"] = Format,
            ["activation"] = Reporting.Lines.Name(model.Network.Activation),
            ["seed"] = model.Seed.ToString(CultureInfo.InvariantCulture),
        };
        if (model.Data is not null) said["data"] = model.Data;
        if (model.Scaling is not null) said["scaling"] = model.Scaling.ToJson();
        if (model.Width > 0) (said["width"], said["height"]) = (model.Width.ToString(CultureInfo.InvariantCulture), model.Height.ToString(CultureInfo.InvariantCulture));
        if (model.ClassNames is not null) said["classes"] = JsonSerializer.Serialize(model.ClassNames);
        foreach ((string name, string value) in strings ?? []) said[name] = value;
        using (IncrementalHash hash = Begun(said, tensors.Select(t => TensorEntry.Text(t.Name, t.Shape))))
        {
            WriteNumbers(model.Network.Parameters, hash.AppendData);
            foreach ((_, ReadOnlyMemory<float> numbers) in more ?? []) WriteNumbers(numbers.Span, hash.AppendData);
            said["sha256"] = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        stream.Write(SafetensorsHeader.Compose(said, tensors));
        WriteNumbers(model.Network.Parameters, stream.Write);
        foreach ((_, ReadOnlyMemory<float> numbers) in more ?? []) WriteNumbers(numbers.Span, stream.Write);
    }

    /// <summary>The header first, then the memory, then the content with its checksum, then the values.</summary>
    /// <exception cref="InputException">It is no model, damaged, or of no use.</exception>
    public static Model Read(string path) => ReadAll(path, more: false).Model;

    /// <summary>The same with the tensors that a checkpoint has more, by their names, and all strings.</summary>
    public static (Model Model, Dictionary<string, float[]> More, IReadOnlyDictionary<string, string> Strings) ReadAll(string path, bool more)
    {
        using InputFile file = InputFile.Open(path);
        SafetensorsHeader header = SafetensorsHeader.Read(file);
        string format = header.Strings.GetValueOrDefault("format", "");
        if (format != Format) throw SafetensorsHeader.Refused(file, format.Length == 0 ? "it does not say its format" : $"its format is \"{format}\", not \"{Format}\"");
        NetworkShape shape = ShapeOf(file, header);
        HiddenActivation activation = Enum.GetValues<HiddenActivation>().FirstOrDefault(
            a => Reporting.Lines.Name(a) == header.Strings.GetValueOrDefault("activation"), (HiddenActivation)(-1));
        if (!Enum.IsDefined(activation)) throw SafetensorsHeader.Refused(file, $"its activation is \"{header.Strings.GetValueOrDefault("activation")}\"");
        if (file.Length is { } length && length != header.Length)
            throw new InputException($"{path}: is damaged or cut short: its header describes {header.Length} bytes, and these are {length}");
        TensorEntry[] others = [.. header.Tensors.Skip(2 * shape.LayerCount)];
        TensorEntry? other = others.FirstOrDefault(t => t.Count != shape.ParameterCount);
        if (other is not null) throw SafetensorsHeader.Refused(file, $"its tensor {other.Said} has not a number for each of its {shape.ParameterCount} weights");
        long all = others.Sum(t => t.Length);
        Memory.Require((3 * sizeof(float) * (Int128)shape.ParameterCount) + (more ? all : 0), $"{path}: a network {shape}", Memory.Available);

        int workspace = Math.Max(shape.ParameterCount, 1 << 20) / shape.Sizes[1..].ToArray().Sum();
        Dictionary<string, float[]> numbers = [];
        using IncrementalHash hash = Begun(header.Strings, header.Tensors.Select(t => t.Said));
        float[] parameters = ReadNumbers(file, shape.ParameterCount, hash);
        foreach (TensorEntry tensor in others)
        {
            if (more) numbers[tensor.Name] = ReadNumbers(file, tensor.Count, hash);
            else Skip(file, tensor, hash);
        }

        if (!file.IsAtEnd() || header.Strings.GetValueOrDefault("sha256") != Convert.ToHexStringLower(hash.GetHashAndReset()))
            throw new InputException($"{path}: is damaged: it is not what was written");
        int broken = FirstNotFinite(parameters);
        if (broken >= 0)
        {
            throw new InputException(
                FormattableString.Invariant($"{path}: its weight {shape.NameOf(broken)} is {parameters[broken]}; a network of such weights computes nothing (was its training stopped as diverged?)"));
        }

        var network = new Network<float>(shape, activation, Math.Clamp(workspace, 1, BatchRows));
        parameters.CopyTo(network.Parameters);
        return (Described(file, network, header.Strings), numbers, header.Strings);
    }

    /// <summary>SHA-256 of numbers as little-endian floats.</summary>
    public static string Hash(ReadOnlySpan<float> numbers)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        WriteNumbers(numbers, hash.AppendData);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The hash with the strings and the tensors' names in it.</summary>
    private static IncrementalHash Begun(IReadOnlyDictionary<string, string> strings, IEnumerable<string> tensors)
    {
        IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, string value) in strings.Where(s => s.Key != "sha256").OrderBy(s => s.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{value}\0"));
        foreach (string tensor in tensors) hash.AppendData(Encoding.UTF8.GetBytes($"{tensor}\0"));
        return hash;
    }

    private static Model Described(InputFile file, Network<float> network, IReadOnlyDictionary<string, string> strings)
    {
        if (!ulong.TryParse(strings.GetValueOrDefault("seed"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
            throw SafetensorsHeader.Refused(file, $"its seed is \"{strings.GetValueOrDefault("seed")}\"");
        (int width, int height) = (Size("width"), Size("height"));
        if (((long)width * height) != (width > 0 || height > 0 ? network.Shape.InputCount : 0))
            throw SafetensorsHeader.Refused(file, $"its images of {width}x{height} are not its {network.Shape.InputCount} inputs");
        return new(network, seed)
        {
            ClassNames = Classes(file, network.Shape.ClassCount, strings.GetValueOrDefault("classes")),
            Data = strings.GetValueOrDefault("data"),
            Scaling = ScalingOf(file, network.Shape.InputCount, strings.GetValueOrDefault("scaling")),
            Width = width,
            Height = height,
        };

        int Size(string name) => !strings.TryGetValue(name, out string? text) ? 0
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size
            : throw SafetensorsHeader.Refused(file, $"its {name} is \"{text}\"");
    }

    private static FeatureScaling? ScalingOf(InputFile file, int inputs, string? json)
    {
        if (json is null) return null;
        return FeatureScaling.FromJson(json) is { } scaling && scaling.Offsets.Length == inputs ? scaling : throw SafetensorsHeader.Refused(file, $"its scaling is none of {inputs} features");
    }

    private static string[]? Classes(InputFile file, int count, string? json)
    {
        if (json is null) return null;
        try
        {
            string[]? names = JsonSerializer.Deserialize<string[]>(json);
            if (names?.Length == count && Array.TrueForAll(names, n => n is not null)) return names;
        }
        catch (JsonException)
        {
            // said below
        }

        throw SafetensorsHeader.Refused(file, $"its classes are not {count} names");
    }

    /// <summary>W1, b1, W2, b2 and so on, first of all tensors and in this order.</summary>
    private static NetworkShape ShapeOf(InputFile file, SafetensorsHeader header)
    {
        List<int> sizes = [];
        for (int layer = 1; header.Tensors.Any(t => t.Name == $"W{layer}"); layer++)
        {
            int place = 2 * (layer - 1);
            TensorEntry weights = header.Tensors.First(t => t.Name == $"W{layer}");
            if (weights.Shape.Count != 2 || (sizes.Count > 0 && weights.Shape[0] != sizes[^1])) throw SafetensorsHeader.Refused(file, $"its tensor {weights.Said} takes no {(sizes.Count > 0 ? sizes[^1] : 0)} inputs");
            if (sizes.Count == 0) sizes.Add(weights.Shape[0]);
            sizes.Add(weights.Shape[1]);
            TensorEntry biases = header.Find(file, $"b{layer}", weights.Shape[1]);
            if (header.Tensors[place] != weights || header.Tensors[place + 1] != biases) throw SafetensorsHeader.Refused(file, $"its tensors do not begin with W1, b1, W2, b2 and so on");
        }

        if (sizes.Count == 0) throw SafetensorsHeader.Refused(file, "has no tensor W1");
        if (sizes.Contains(0)) throw SafetensorsHeader.Refused(file, $"its network {string.Join('-', sizes)} has a layer of nothing");
        try
        {
            return new([.. sizes]);
        }
        catch (ArgumentException e)
        {
            throw SafetensorsHeader.Refused(file, e.Message);
        }
    }

    private static void WriteNumbers(ReadOnlySpan<float> numbers, Action<ReadOnlySpan<byte>> take)
    {
        byte[] buffer = new byte[sizeof(float) * Math.Min(Piece, numbers.Length)];
        while (!numbers.IsEmpty)
        {
            ReadOnlySpan<float> piece = numbers[..Math.Min(Piece, numbers.Length)];
            for (int i = 0; i < piece.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(buffer.AsSpan(sizeof(float) * i), piece[i]);
            take(buffer.AsSpan(0, sizeof(float) * piece.Length));
            numbers = numbers[piece.Length..];
        }
    }

    /// <summary>Grows with what is there, where the length of the content is not known beforehand.</summary>
    private static float[] ReadNumbers(InputFile file, int count, IncrementalHash hash)
    {
        byte[] buffer = new byte[sizeof(float) * Piece];
        float[] numbers = new float[file.Length is null ? Math.Min(Piece, count) : count];
        for (int done = 0; done < count;)
        {
            if (done == numbers.Length) Array.Resize(ref numbers, (int)Math.Min(count, 2L * done));
            Span<byte> piece = buffer.AsSpan(0, sizeof(float) * Math.Min(Piece, numbers.Length - done));
            if (file.Read(piece) < piece.Length) throw new InputException($"{file.Path}: is damaged or cut short");
            hash.AppendData(piece);
            for (int i = 0; i < piece.Length; i += sizeof(float)) numbers[done++] = BinaryPrimitives.ReadSingleLittleEndian(piece[i..]);
        }

        return numbers;
    }

    /// <summary>Hashes numbers that nobody asked for, a piece at a time.</summary>
    private static void Skip(InputFile file, TensorEntry tensor, IncrementalHash hash)
    {
        byte[] buffer = new byte[sizeof(float) * Piece];
        for (long left = tensor.Length; left > 0;)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, left));
            if (file.Read(piece) < piece.Length) throw new InputException($"{file.Path}: is damaged or cut short");
            hash.AppendData(piece);
            left -= piece.Length;
        }
    }

    private static int FirstNotFinite(ReadOnlySpan<float> parameters)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            if (!float.IsFinite(parameters[i])) return i;
        }

        return -1;
    }
}
