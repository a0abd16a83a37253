using System.Text.Json;

namespace FastLoss.Cli.Reporting;

/// <summary>JSON as this tool writes it: indented, and null for a number that JSON has no word for.</summary>
internal static class JsonText
{
    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true })) write(json);
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    public static void Number(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
