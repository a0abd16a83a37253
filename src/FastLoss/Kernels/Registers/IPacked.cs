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

    /// <summary>Past the caches; p is a multiple of the register's size.</summary>
    static abstract void StoreNonTemporal(TSelf v, T* p);

    /// <summary>The first <paramref name="count"/> lanes to p, and nothing past them.</summary>
    static abstract void StoreFirst(TSelf v, T* p, int count);

    /// <summary>The element at p in every lane.</summary>
    static abstract TSelf Broadcast(T* p);

    /// <summary>The first <paramref name="count"/> elements at p, zeros above; not a byte past them is read.</summary>
    static abstract TSelf LoadFirst(T* p, int count);

    /// <summary>The mask of the lanes below <paramref name="count"/>.</summary>
    static abstract TSelf FirstLanes(int count);

    /// <summary>The mask of one lane; of none where it is not a lane.</summary>
    static abstract TSelf OneLane(int lane);

    /// <summary>A bit for each lane of a mask, the first lane's lowest.</summary>
    static abstract ulong Bits(TSelf mask);

    /// <summary>The mask of the lanes whose bit is set.</summary>
    static abstract TSelf MaskOf(ulong bits);

    /// <summary>The mask of the lanes whose byte is 0; of bytes past <paramref name="count"/> none is read.</summary>
    static abstract TSelf ZeroBytes(byte* bytes, int count);

    /// <summary>The first lane's element.</summary>
    static abstract T First(TSelf v);

    /// <summary>v times any double, rounded once: the products of a float and 1e-40 may be normal floats.</summary>
    static abstract TSelf TimesDouble(TSelf v, double factor);

    /// <summary>
    /// For n a multiple of 1/16 that <paramref name="shifted"/> holds in its low bits: 2^n times what the table has in it; or
    /// the part of it that <see cref="ScaleEntry"/> completes, where that is an instruction.
    /// </summary>
    static abstract TSelf Entry(in ExpTable<T> table, TSelf shifted);

    /// <summary>entry * 2^floor(n), where <see cref="Entry"/> has not done it.</summary>
    static abstract TSelf ScaleEntry(TSelf entry, TSelf n);

    /// <summary>0 where v is less, v elsewhere: as one choice by a mask register, which the JIT does not always see in two operations.</summary>
    static abstract TSelf ZeroBelow(TSelf v, TSelf least);

    /// <summary>0, 1, 2 and so on.</summary>
    static abstract TSelf Indices { get; }

    /// <summary>x without its fraction, which is not 0, as the integer of its width that <see cref="Pick"/> takes; for x from 0 to 2^15.</summary>
    static abstract TSelf Whole(TSelf x);

    /// <summary>Whether <see cref="Pick"/> is an instruction, or little more.</summary>
    static abstract bool CanPick { get; }

    /// <summary>The lanes of v that <paramref name="lanes"/> names, integers as wide as T.</summary>
    static abstract TSelf Pick(TSelf v, TSelf lanes);

    /// <summary>The first two of four 128-bit quarters of each; of registers that have four.</summary>
    static abstract TSelf LowerHalves(TSelf a, TSelf b);

    /// <inheritdoc cref="LowerHalves"/>
    static abstract TSelf UpperHalves(TSelf a, TSelf b);

    /// <summary>The first and third of four quarters of each, the first of two; of registers that have as many.</summary>
    static abstract TSelf EvenQuarters(TSelf a, TSelf b);

    /// <inheritdoc cref="EvenQuarters"/>
    static abstract TSelf OddQuarters(TSelf a, TSelf b);

    /// <summary>Of every quarter its first 64 bits, a's before b's.</summary>
    static abstract TSelf LowPairs(TSelf a, TSelf b);

    /// <inheritdoc cref="LowPairs"/>
    static abstract TSelf HighPairs(TSelf a, TSelf b);

    /// <summary>Of every quarter its first and third float, a's before b's.</summary>
    static abstract TSelf Evens(TSelf a, TSelf b);

    /// <inheritdoc cref="Evens"/>
    static abstract TSelf Odds(TSelf a, TSelf b);

    /// <summary>v 2^n for |v| from 1/2 to 2 and an integer n from -1140 (-170 for floats) to 1025 (129), rounded once, through the subnormals.</summary>
    static abstract TSelf Scale(TSelf v, TSelf n);

    /// <summary>2^n for an integer n whose power is a normal number, or half of one.</summary>
    static abstract TSelf PowerOfTwo(TSelf n);

    /// <summary>
    /// The whole k of a = m 2^k b with m from 0.7 to 1.5, for positive normal a and b: the difference of their bit patterns is the binary
    /// logarithm of their quotient within 0.086.
    /// </summary>
    static abstract TSelf NearPower(TSelf a, TSelf b);

    /// <summary>v 2^n for a normal v and a whole n, where that is normal too.</summary>
    static abstract TSelf Multiplied(TSelf v, TSelf n);

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

    /// <summary>
    /// Adds v to doubles that two registers hold, those of the first lanes in <paramref name="low"/>; all of a register of doubles.
    /// </summary>
    static abstract void AddWidened(TSelf v, ref TSelf low, ref TSelf high);

    /// <summary>As many floats as v has lanes, widened where T is double.</summary>
    static abstract TSelf LoadSingles(float* p);

    /// <summary>The first <paramref name="count"/> of them, zeros above; not a byte past them is read.</summary>
    static abstract TSelf LoadFirstSingles(float* p, int count);

    /// <summary>As many floats as v has lanes, rounded where T is double.</summary>
    static abstract void StoreSingles(TSelf v, float* p);
}
