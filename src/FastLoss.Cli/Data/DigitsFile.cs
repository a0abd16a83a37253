using System.Globalization;
using System.Text;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Data;

/// <summary>The 8x8 digits: lines of 64 pixels from 0 to 16 and the label, separated by commas.</summary>
internal static class DigitsFile
{
    private const int Side = 8;
    private const int Largest = 16;
    private const int LargestFile = 1 << 24;

    public static Images Read(string path)
    {
        string text = ReadText(path);
        var pixels = new List<float>();
        var labels = new List<int>();
        int lineNumber = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            lineNumber++;
            if (line.IsEmpty) continue;
            int column = 0;
            foreach (Range part in line.Split(','))
            {
                bool isLabel = column == Side * Side;
                if (!int.TryParse(line[part], NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                    || value > (isLabel ? 9 : Largest)
                    || column > Side * Side)
                {
                    throw new InputException($"{path}: line {lineNumber} is not 64 pixels from 0 to 16 and a label from 0 to 9");
                }

                if (isLabel) labels.Add(value);
                else pixels.Add(value / (float)Largest);
                column++;
            }

            if (column != (Side * Side) + 1)
                throw new InputException($"{path}: line {lineNumber} has {column} values instead of 65");
        }

        if (labels.Count == 0) throw new InputException($"{path}: holds no image");
        return new([.. pixels], [.. labels], Side, Side);
    }

    private static string ReadText(string path)
    {
        using InputFile file = InputFile.Open(path);
        byte[] content = file.ReadBytes(LargestFile);
        return file.IsAtEnd()
            ? Encoding.ASCII.GetString(content)
            : throw new InputException($"{path}: is longer than {LargestFile} bytes, which no table of digits is");
    }
}
