using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>A loop over vectors, to be compiled for the machine's register.</summary>
internal interface IKernel<T, TResult>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    TResult Run<V>()
        where V : unmanaged, IPacked<V, T>, IVector<V>;
}

/// <summary>The one place where the register is chosen: the widest the machine has.</summary>
internal static class Dispatch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TResult Run<T, TKernel, TResult>(TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IKernel<T, TResult>
    {
        if (Avx512F.IsSupported) return kernel.Run<Packed512<T>>();
        if (Avx2.IsSupported && Fma.IsSupported) return kernel.Run<Packed256<T>>();
        return kernel.Run<Packed128<T>>();
    }
}
