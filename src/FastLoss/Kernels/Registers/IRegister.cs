namespace FastLoss.Kernels;

/// <summary>
/// The operations of the hot kernels on the machine's own register: 512, 256 or 128 bits. Kernels are written once over
/// <see cref="System.Runtime.Intrinsics.Vector512{T}"/> lanes, and those that take exponentials also over this:
/// where there is no 512-bit register .NET builds one from halves through memory, and the JIT stops inlining at 512 locals, so that
/// softmax took 3.2 ns per element with AVX2. The lanes an element goes to stay those of a 512-bit vector: a
/// narrow register makes several sweeps over a block that is in the first cache, one for each part of the vector.
/// </summary>
internal unsafe interface IRegister<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    /// <summary>Lanes.</summary>
    static abstract int Count { get; }

    static abstract TVector Create(T value);

    static abstract TVector Load(T* p);

    static abstract void Store(TVector v, T* p);

    /// <summary>Past the caches; p is a multiple of the register's size.</summary>
    static abstract void StoreNonTemporal(TVector v, T* p);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TVector Fma(TVector a, TVector b, TVector c);

    /// <summary>bound &gt; x ? bound : x, so that a NaN x stays.</summary>
    static abstract TVector AtLeast(TVector bound, TVector x);

    /// <summary>bound &lt; x ? bound : x, so that a NaN x stays.</summary>
    static abstract TVector AtMost(TVector bound, TVector x);

    /// <summary>v &lt; least ? 0 : v.</summary>
    static abstract TVector ZeroBelow(TVector v, TVector least);

    /// <summary>
    /// For n a multiple of 1/16 that <paramref name="shifted"/> holds in its low bits: 2^n times what the table has in it; or
    /// the part of it that <see cref="Scale"/> completes, where that is an instruction.
    /// </summary>
    static abstract TVector Entry(in ExpTable<T> table, TVector shifted);

    /// <summary>entry * 2^floor(n), where <see cref="Entry"/> has not done it.</summary>
    static abstract TVector Scale(TVector entry, TVector n);
}
