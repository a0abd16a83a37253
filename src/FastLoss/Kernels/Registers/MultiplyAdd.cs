using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// x times a number plus y, rounded once per element: TensorPrimitives where there is an instruction for it. The
/// spans are of one length; x or y may be the destination, but not overlap it in part.
/// </summary>
internal static unsafe class MultiplyAdd
{
    public static void Compute<T>(ReadOnlySpan<T> x, T factor, ReadOnlySpan<T> y, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isVector = typeof(T) == typeof(float) || typeof(T) == typeof(double);
        if (SoftwareFma.IsNeeded && isVector) Software(x, factor, y, destination);
        else TensorPrimitives.FusedMultiplyAdd(x, factor, y, destination);
    }

    /// <summary>The same by <see cref="SoftwareFma"/>, of floats and doubles.</summary>
    public static void Software<T>(ReadOnlySpan<T> x, T factor, ReadOnlySpan<T> y, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* a = x)
        fixed (T* c = y)
        fixed (T* d = destination) Software(a, factor, c, d, destination.Length);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Software<T>(T* x, T factor, T* y, T* destination, nint n)
        where T : unmanaged
    {
        Vector128<T> b = Vector128.Create(factor);
        nint whole = n & -Vector128<T>.Count;
        for (nint i = 0; i < whole; i += Vector128<T>.Count)
        {
            SoftwareFma.MultiplyAdd(Vector128.Load(x + i), b, Vector128.Load(y + i)).Store(destination + i);
        }

        if (whole == n) return;
        Vector128<T> lastX = default, lastY = default;
        uint bytes = (uint)((n - whole) * sizeof(T));
        Unsafe.CopyBlockUnaligned(&lastX, x + whole, bytes);
        Unsafe.CopyBlockUnaligned(&lastY, y + whole, bytes);
        Vector128<T> last = SoftwareFma.MultiplyAdd(lastX, b, lastY);
        Unsafe.CopyBlockUnaligned(destination + whole, &last, bytes);
    }
}
