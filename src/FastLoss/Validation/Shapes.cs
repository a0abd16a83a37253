using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using CommunityToolkit.HighPerformance;

namespace FastLoss.Validation;

/// <summary>Matrices and tensors that belong together have the same shape; how they lie in memory may differ.</summary>
internal static class Shapes
{
    public static void Same<T>(
        ReadOnlySpan2D<T> matrix,
        ReadOnlySpan2D<T> other,
        [CallerArgumentExpression(nameof(matrix))] string name = "",
        [CallerArgumentExpression(nameof(other))] string otherName = "")
    {
        if (matrix.Height == other.Height && matrix.Width == other.Width) return;
        Differ(name, [matrix.Height, matrix.Width], otherName, [other.Height, other.Width]);
    }

    public static void Same<T>(
        in ReadOnlyTensorSpan<T> tensor,
        in ReadOnlyTensorSpan<T> other,
        [CallerArgumentExpression(nameof(tensor))] string name = "",
        [CallerArgumentExpression(nameof(other))] string otherName = "")
    {
        if (!tensor.Lengths.SequenceEqual(other.Lengths)) Differ(name, tensor.Lengths, otherName, other.Lengths);
    }

    [DoesNotReturn]
    private static void Differ(string name, ReadOnlySpan<nint> lengths, string otherName, ReadOnlySpan<nint> otherLengths) =>
        throw new ArgumentException($"{name} is {Text(lengths)} and {otherName} is {Text(otherLengths)}; they must be the same.", name);

    private static string Text(ReadOnlySpan<nint> lengths) => string.Join(" x ", lengths.ToArray());
}
