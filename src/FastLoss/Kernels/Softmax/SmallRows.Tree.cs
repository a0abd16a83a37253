using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <content>As many rows as a register has lanes folded at once, a lane each.</content>
internal static unsafe partial class SmallRows<V, T>
{
    /// <summary>Elements of 64 bytes: a row has them once or twice.</summary>
    private static int Half
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 64 / sizeof(T);
    }

    /// <summary>
    /// folds[r] = the fold of row r, by halving what is 64 bytes of it, or the fold of two of these. Of 512 bits sixteen rows become sixteen
    /// sums with 15 adds and 30 shuffles. Rows enter in the order that makes the last shuffle leave them in place: every fourth in a quad,
    /// every second of doubles.
    /// </summary>
    private static void Fold<TFold>(T* e, int classCount, int rows, T* folds)
        where TFold : struct, IFold
    {
        T* masks = Scratch.Take(stackalloc T[Scratch.Room<T>(128 / sizeof(T))]);
        for (nint i = 0; i < 128 / sizeof(T); i += V.Count) V.Store(V.FirstLanes((int)(classCount - i)), masks + i);
        if (classCount > Half) Fold<TFold, Yes>(e, classCount, rows, folds, masks);
        else Fold<TFold, No>(e, classCount, rows, folds, masks);
        Scratch.Check(masks, 128 / sizeof(T));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Fold<TFold, TTwice>(T* e, int classCount, int rows, T* folds, T* masks)
        where TFold : struct, IFold
        where TTwice : struct, IFlag
    {
        int quadCount = 16 / sizeof(T), lanes = V.Count, r = 0;
        for (; r <= rows - lanes; r += lanes, e += lanes * classCount)
        {
            nint pitch = quadCount * classCount;
            V fold = Pairs<TFold>(Quad<TFold, TTwice>(e, pitch, classCount, masks), Quad<TFold, TTwice>(e + classCount, pitch, classCount, masks));
            if (typeof(T) == typeof(float))
            {
                V right = Pairs<TFold>(
                    Quad<TFold, TTwice>(e + (2 * classCount), pitch, classCount, masks), Quad<TFold, TTwice>(e + (3 * classCount), pitch, classCount, masks));
                fold = TFold.Of(V.Evens(fold, right), V.Odds(fold, right));
            }

            V.Store(fold, folds + r);
        }

        if (r < rows) Rest<TFold, TTwice>(e, classCount, rows - r, folds + r, masks);
    }

    /// <summary>Rows that fill no register.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Rest<TFold, TTwice>(T* e, int classCount, int rows, T* folds, T* masks)
        where TFold : struct, IFold
        where TTwice : struct, IFlag
    {
        for (int r = 0; r < rows; r++, e += classCount) folds[r] = LaneFold<V, T>.Of<TFold>(Row<TFold, TTwice>(e, classCount, masks));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Pairs<TFold>(V a, V b)
        where TFold : struct, IFold => TFold.Of(V.LowPairs(a, b), V.HighPairs(a, b));

    /// <summary>A row to each 128 bits, of partial sums: the row at p, that a pitch on and so forth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Quad<TFold, TTwice>(T* p, nint pitch, int classCount, T* masks)
        where TFold : struct, IFold
        where TTwice : struct, IFlag
    {
        V a = Row<TFold, TTwice>(p, classCount, masks);
        if (sizeof(V) == 16) return a;
        V b = Row<TFold, TTwice>(p + pitch, classCount, masks);
        if (sizeof(V) == 64)
        {
            V c = Row<TFold, TTwice>(p + (2 * pitch), classCount, masks), d = Row<TFold, TTwice>(p + (3 * pitch), classCount, masks);
            a = TFold.Of(V.LowerHalves(a, b), V.UpperHalves(a, b));
            b = TFold.Of(V.LowerHalves(c, d), V.UpperHalves(c, d));
        }

        return TFold.Of(V.EvenQuarters(a, b), V.OddQuarters(a, b));
    }

    /// <summary>The row at p as one register: what is 64 bytes of it, the second folded onto the first, halved into the register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Row<TFold, TTwice>(T* p, int classCount, T* masks)
        where TFold : struct, IFold
        where TTwice : struct, IFlag
    {
        V a = Part<TFold, TTwice>(p, masks);
        if (sizeof(V) == 64) return a;
        nint step = sizeof(V) / sizeof(T);
        if (sizeof(V) == 32) return step < classCount ? TFold.Of(a, Part<TFold, TTwice>(p + step, masks + step)) : a;
        if (2 * step < classCount) a = TFold.Of(a, Part<TFold, TTwice>(p + (2 * step), masks + (2 * step)));
        if (step >= classCount) return a;
        V b = Part<TFold, TTwice>(p + step, masks + step);
        if (3 * step < classCount) b = TFold.Of(b, Part<TFold, TTwice>(p + (3 * step), masks + (3 * step)));
        return TFold.Of(a, b);
    }

    /// <summary>A register of the first 64 bytes, with that 64 bytes on; past the row's end nothing counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Part<TFold, TTwice>(T* p, T* masks)
        where TFold : struct, IFold
        where TTwice : struct, IFlag
    {
        V v = TFold.Counted(V.Load(p), V.Load(masks));
        return TTwice.Value ? TFold.Of(v, TFold.Counted(V.Load(p + (64 / sizeof(T))), V.Load(masks + (64 / sizeof(T))))) : v;
    }
}
