namespace FastLoss.Kernels;

/// <summary>
/// One machine register of 512, 256 or 128 bits as a struct with operators: what kernels add to <see cref="IVector{TSelf}"/>, with
/// pointers, lanes and bits.
/// </summary>
/// <remarks>
/// The JIT inlines an operation of such a struct as one call site. A method body has a budget of them, after which operations
/// become calls (20 times the time), so each is a single expression: no constructor, no generic conversion, no helper; and a choice
/// between float and double is a comparison of types, which is gone before inlining begins.
/// </remarks>
internal unsafe interface IPacked<TSelf, T> : IVector<TSelf>
    where TSelf : unmanaged, IPacked<TSelf, T>
    where T : unmanaged
{
    /// <summary>Lanes.</summary>
    static abstract int Count { get; }

    static abstract TSelf Load(T* p);

    static abstract void Store(TSelf v, T* p);

    /// <summary>The element at p in every lane.</summary>
    static abstract TSelf Broadcast(T* p);

    /// <summary>The first <paramref name="count"/> elements at p, zeros above; not a byte past them is read.</summary>
    static abstract TSelf LoadFirst(T* p, int count);

    /// <summary>The mask of the lanes below <paramref name="count"/>.</summary>
    static abstract TSelf FirstLanes(int count);

    /// <summary>v 2^n for |v| from 1/2 to 2 and an integer n from -1140 (-170 for floats) to 1025 (129), rounded once, through the subnormals.</summary>
    static abstract TSelf Scale(TSelf v, TSelf n);

    /// <summary>2^n for an integer n whose power is a normal number, or half of one.</summary>
    static abstract TSelf PowerOfTwo(TSelf n);

    /// <summary>The k of x = m 2^k with m from sqrt(1/2) to sqrt(2), for a positive normal x.</summary>
    static abstract TSelf ExponentOf(TSelf x);

    /// <summary>The m of x = m 2^k.</summary>
    static abstract TSelf MantissaOf(TSelf x);

    /// <summary>2^-k of x = m 2^k, for k up to 126 (1022).</summary>
    static abstract TSelf InversePowerOf(TSelf x);

    /// <summary>
    /// sums[i] += v[i], for sums of double in as many elements as v has lanes: <paramref name="sums"/> is where the first lane's is.
    /// </summary>
    static abstract void AddTo(double* sums, TSelf v);

    /// <summary>As many floats as v has lanes, widened where T is double.</summary>
    static abstract TSelf LoadSingles(float* p);

    /// <summary>The first <paramref name="count"/> of them, zeros above; not a byte past them is read.</summary>
    static abstract TSelf LoadFirstSingles(float* p, int count);

    /// <summary>As many floats as v has lanes, rounded where T is double.</summary>
    static abstract void StoreSingles(TSelf v, float* p);
}
