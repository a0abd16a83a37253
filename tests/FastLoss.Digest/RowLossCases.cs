using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Digest;

/// <summary>
/// Every routine of rows of the catalogue over rows of many lengths: losses, tallies and all gradients, plain, with each option that it
/// takes, and with all of them.
/// </summary>
internal static class RowLossCases
{
    private static readonly int[] s_columns = [1, 2, 7, 8, 9, 15, 16, 17, 31, 64, 100, 513];

    public static Hash Of<T>(IEnumerable<RowCase> cases, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        foreach (RowCase c in cases)
        {
            Source source = new(23);
            foreach (int columns in s_columns)
            {
                if (c.Shape == RowShape.Square && columns > 100) continue;
                foreach (RowOptions options in Options(c)) Add<T>(c, source, columns, options, threads, ref hash);
            }
        }

        return hash;
    }

    /// <summary>None, each, and all of the options that it takes.</summary>
    private static IEnumerable<RowOptions> Options(RowCase c) =>
        [RowOptions.None, .. Enum.GetValues<RowOptions>().Where(o => BitOperations.PopCount((uint)o) == 1 && (c.Takes & o) != 0), c.Takes];

    private static void Add<T>(RowCase c, Source source, int columns, RowOptions options, int threads, ref Hash hash)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = c.Shape == RowShape.Elements ? 1 : columns, inner = (options & RowOptions.Inner) != 0 ? 2 : 1;
        int rows = c.Shape == RowShape.Square ? width : inner * (1 + source.Below(c.Shape == RowShape.Elements ? 70 : 4));
        int gap = (options & RowOptions.Pitch) != 0 ? 3 : 0, length = rows / inner * ((width * inner) + gap);
        T[][] inputs = [.. Enumerable.Range(0, c.Inputs).Select(i => Input<T>(c, source, i, length))];
        int[] labels = [.. Enumerable.Range(0, rows).Select(r => c.Label((source.Unit() + 1) / 2.000001, r, width))];
        RowCall<T> call = new(inputs, width, labels)
        {
            Weights = (options & RowOptions.Weights) != 0 ? source.Shares<T>(rows) : [],
            ClassWeights = (options & RowOptions.ClassWeights) != 0 ? source.Shares<T>(width) : [],
            Mask = (options & RowOptions.Mask) != 0 ? [.. Enumerable.Range(0, rows).Select(_ => source.Below(3) > 0)] : [],
            IgnoreLabel = (options & RowOptions.IgnoreLabel) != 0 ? 0 : null,
            Denominator = (options & RowOptions.Denominator) != 0 ? 7 : null,
            MaskedRows = (options & RowOptions.MaskedRows) != 0 ? MaskedRows.Zeros : MaskedRows.NaN,
            Threads = (options & RowOptions.Threads) != 0 ? threads : 0,
            Axis = (options & RowOptions.Layouts) != 0 ? new ClassAxis(width, inner, gap == 0 ? 0 : (width * inner) + gap) : null,
        };
        T[] losses = new T[rows];
        hash.Add(c.Run(call with { Losses = losses }));
        hash.Add<T>(losses);
        if (c.Differentiated.Count == 0) return;
        T[][] gradients = [.. c.Differentiated.Select(_ => source.Shares<T>(length))];
        hash.Add(c.Run(call with { Gradients = gradients, Accumulate = (options & RowOptions.Accumulate) != 0 }));
        foreach (T[] gradient in gradients) hash.Add<T>(gradient);
    }

    /// <summary>Of three calls one has what the routine is defined for, the others logits with masks, infinities and NaN, and shares.</summary>
    private static T[] Input<T>(RowCase c, Source source, int input, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => source.Below(3) switch
        {
            0 when !c.IsChecked(input) => source.Logits<T>(length),
            1 when !c.IsChecked(input) => source.Shares<T>(length),
            _ => [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating((float)c.Domain(input, (source.Unit() + 1) / 2.000001)))],
        };
}
