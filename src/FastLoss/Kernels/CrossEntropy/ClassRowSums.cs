using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What the classes of a long row add up to: two sums, and a number written for each.</summary>
internal interface IClassTerm
{
    static abstract bool ReadsTargets { get; }

    static abstract bool ReadsWeights { get; }

    /// <summary>Whether there is a second sum.</summary>
    static abstract bool HasSecond { get; }

    /// <summary>Whether a number is written for each class.</summary>
    static abstract bool Writes { get; }

    /// <param name="z">The logit.</param>
    /// <param name="target">The target.</param>
    /// <param name="weight">The class's weight.</param>
    /// <param name="reference">The logit that distances are taken from.</param>
    /// <param name="spread">What smoothing adds to a class.</param>
    /// <param name="kept">What it keeps of a target.</param>
    /// <param name="first">A sum.</param>
    /// <param name="second">Another.</param>
    static abstract V Apply<V>(V z, V target, V weight, V reference, V spread, V kept, ref V first, ref V second)
        where V : unmanaged, IVector<V>;
}

/// <summary>A long row's logits, targets and class weights, and where its numbers are written.</summary>
internal unsafe struct ClassRow<T>
    where T : unmanaged
{
    public T* Logits, Targets, Weights, Results;
    public nint Count;

    /// <summary>The class that adds nothing, though its number is written; -1 for none.</summary>
    public nint Skipped;

    /// <summary>The logit that distances are taken from.</summary>
    public T Reference;

    /// <summary>What smoothing adds to a class, and what it keeps of a target.</summary>
    public double Spread, Kept;

    /// <summary>The sums.</summary>
    public double First, Second;
}

/// <summary>
/// One pass over a long row. Class i is summed in lane i mod 64 (32 of doubles) on every register; each eight groups of lanes are folded and added in double
/// (<see cref="DoubleSum{V, T}"/>). The group of the class left out and the one that is not whole are masked.
/// </summary>
internal static unsafe class ClassRowSums<V, T, TTerm>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTerm : struct, IClassTerm
{
    private static nint Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => DoubleSum<V, T>.Lanes;
    }

    /// <param name="row">What is summed, and its sums.</param>
    /// <param name="sums">Room for <see cref="ClassRowSums.BufferLength"/>.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run(ClassRow<T>* row, double* sums)
    {
        new Span<double>(sums, ClassRowSums.BufferLength).Clear();
        nint group = 4 * Lanes, whole = row->Count & -group, masked = row->Skipped < 0 ? whole : Math.Min(row->Skipped & -group, whole);
        if (masked > 0) Groups(row, 0, masked, sums);
        if (masked < whole)
        {
            Masked(row, masked, masked + group, sums);
            if (masked + group < whole) Groups(row, masked + group, whole, sums);
        }

        if (whole < row->Count) Masked(row, whole, row->Count, sums);
        row->First = DoubleSum<V, T>.Total(sums);
        if (TTerm.HasSecond) row->Second = DoubleSum<V, T>.Total(sums + Lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Groups(ClassRow<T>* row, nint first, nint end, double* sums)
    {
        // Loaded before the loop, which the JIT does not do by itself.
        V reference = V.Broadcast(&row->Reference), spread = V.Parameter(row->Spread), kept = V.Parameter(row->Kept);
        T* z = row->Logits, t = row->Targets, w = row->Weights, results = row->Results;
        nint lanes = 64 / sizeof(T), register = sizeof(V) / sizeof(T), group = 4 * lanes;
        for (nint start = first; start < end; start += DoubleSum<V, T>.BlockLength)
        {
            nint blockEnd = Math.Min(end, start + DoubleSum<V, T>.BlockLength);
            for (nint lane = 0; lane < lanes; lane += register)
            {
                V a0 = 0, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
                for (nint i = start + lane; i < blockEnd; i += group)
                {
                    V r0 = TTerm.Apply(
                        V.Load(z + i),
                        TTerm.ReadsTargets ? V.Load(t + i) : default,
                        TTerm.ReadsWeights ? V.Load(w + i) : default,
                        reference,
                        spread,
                        kept,
                        ref a0,
                        ref b0);
                    if (TTerm.Writes) V.Store(r0, results + i);
                    V r1 = TTerm.Apply(
                        V.Load(z + i + lanes),
                        TTerm.ReadsTargets ? V.Load(t + i + lanes) : default,
                        TTerm.ReadsWeights ? V.Load(w + i + lanes) : default,
                        reference,
                        spread,
                        kept,
                        ref a1,
                        ref b1);
                    if (TTerm.Writes) V.Store(r1, results + i + lanes);
                    V r2 = TTerm.Apply(
                        V.Load(z + i + (2 * lanes)),
                        TTerm.ReadsTargets ? V.Load(t + i + (2 * lanes)) : default,
                        TTerm.ReadsWeights ? V.Load(w + i + (2 * lanes)) : default,
                        reference,
                        spread,
                        kept,
                        ref a2,
                        ref b2);
                    if (TTerm.Writes) V.Store(r2, results + i + (2 * lanes));
                    V r3 = TTerm.Apply(
                        V.Load(z + i + (3 * lanes)),
                        TTerm.ReadsTargets ? V.Load(t + i + (3 * lanes)) : default,
                        TTerm.ReadsWeights ? V.Load(w + i + (3 * lanes)) : default,
                        reference,
                        spread,
                        kept,
                        ref a3,
                        ref b3);
                    if (TTerm.Writes) V.Store(r3, results + i + (3 * lanes));
                }

                V.AddTo(sums + lane, (a0 + a1) + (a2 + a3));
                if (TTerm.HasSecond) V.AddTo(sums + lanes + lane, (b0 + b1) + (b2 + b3));
            }
        }
    }

    /// <summary>A group of which a class adds nothing, or that is not whole.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Masked(ClassRow<T>* row, nint first, nint end, double* sums)
    {
        V reference = V.Broadcast(&row->Reference), spread = V.Parameter(row->Spread), kept = V.Parameter(row->Kept);
        nint lanes = 64 / sizeof(T), register = sizeof(V) / sizeof(T), skipped = row->Skipped;
        for (nint lane = 0; lane < lanes; lane += register)
        {
            V a = 0, b = a;
            for (nint i = first + lane; i < end; i += lanes)
            {
                int count = (int)Math.Min(register, end - i);
                V x = 0, y = x, z = V.LoadFirst(row->Logits + i, count);
                V target = TTerm.ReadsTargets ? V.LoadFirst(row->Targets + i, count) : default;
                V weight = TTerm.ReadsWeights ? V.LoadFirst(row->Weights + i, count) : default;
                V result = TTerm.Apply(z, target, weight, reference, spread, kept, ref x, ref y);
                if (TTerm.Writes) V.StoreFirst(result, row->Results + i, count);
                V counted = V.AndNot(V.OneLane((int)(skipped - i)), V.FirstLanes(count));
                a += x & counted;
                b += y & counted;
            }

            V.AddTo(sums + lane, a);
            if (TTerm.HasSecond) V.AddTo(sums + lanes + lane, b);
        }
    }
}

/// <summary>What <see cref="ClassRowSums{V, T, TTerm}"/> needs.</summary>
internal static class ClassRowSums
{
    /// <summary>Doubles: of each sum one for each lane of 64 bytes.</summary>
    public const int BufferLength = 32;
}
