using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    /// <summary>The class that is left out: its logit is taken to be a mask, its target and weight 0. -1 for none.</summary>
    public nint Skipped;

    /// <summary>The logit that distances are taken from.</summary>
    public T Reference;

    /// <summary>What smoothing adds to a class, and what it keeps of a target.</summary>
    public double Spread, Kept;

    /// <summary>The sums.</summary>
    public double First, Second;
}

/// <summary>
/// One pass over a long row. Class i is summed in lane i mod 64 on every register, four registers at a time so that the accumulators
/// stay in them; each eight groups of lanes are added in double. The group that is not whole, and that of the class left out, go by way
/// of a buffer.
/// </summary>
internal readonly unsafe struct ClassRowSums<T, TTerm>(ClassRow<T>* row) : IKernel<T, int>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTerm : struct, IClassTerm
{
    private const int Lanes = 64;

    /// <summary>Groups whose sums are added before they are widened.</summary>
    private const int BlockGroups = 8;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public int Run<V>()
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        double* sums = Scratch.Take(stackalloc double[Scratch.Room<double>(2 * Lanes)]);
        new Span<double>(sums, 2 * Lanes).Clear();
        nint whole = row->Count / Lanes, odd = row->Skipped >= 0 ? row->Skipped / Lanes : whole;
        Groups<V>(*row, 0, Math.Min(odd, whole), sums);
        if (odd < whole)
        {
            Part<V>(*row, odd, Lanes, sums);
            Groups<V>(*row, odd + 1, whole, sums);
        }

        if (whole * Lanes < row->Count) Part<V>(*row, whole, (int)(row->Count - (whole * Lanes)), sums);
        row->First = Total(sums);
        if (TTerm.HasSecond) row->Second = Total(sums + Lanes);
        Scratch.Check(sums, 2 * Lanes);
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Groups<V>(ClassRow<T> row, nint first, nint end, double* sums)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        // Loaded before the loop, which the JIT does not do by itself.
        V reference = V.Broadcast(&row.Reference), spread = V.Parameter(row.Spread), kept = V.Parameter(row.Kept);
        T* z = row.Logits, t = row.Targets, w = row.Weights, results = row.Results;
        for (nint block = first; block < end; block += BlockGroups)
        {
            nint blockEnd = Math.Min(end, block + BlockGroups) * Lanes;
            for (nint lane = 0; lane < Lanes; lane += 4 * V.Count)
            {
                V a0 = 0, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
                for (nint i = (block * Lanes) + lane; i < blockEnd; i += Lanes)
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
                        V.Load(z + i + V.Count),
                        TTerm.ReadsTargets ? V.Load(t + i + V.Count) : default,
                        TTerm.ReadsWeights ? V.Load(w + i + V.Count) : default,
                        reference,
                        spread,
                        kept,
                        ref a1,
                        ref b1);
                    if (TTerm.Writes) V.Store(r1, results + i + V.Count);
                    V r2 = TTerm.Apply(
                        V.Load(z + i + (2 * V.Count)),
                        TTerm.ReadsTargets ? V.Load(t + i + (2 * V.Count)) : default,
                        TTerm.ReadsWeights ? V.Load(w + i + (2 * V.Count)) : default,
                        reference,
                        spread,
                        kept,
                        ref a2,
                        ref b2);
                    if (TTerm.Writes) V.Store(r2, results + i + (2 * V.Count));
                    V r3 = TTerm.Apply(
                        V.Load(z + i + (3 * V.Count)),
                        TTerm.ReadsTargets ? V.Load(t + i + (3 * V.Count)) : default,
                        TTerm.ReadsWeights ? V.Load(w + i + (3 * V.Count)) : default,
                        reference,
                        spread,
                        kept,
                        ref a3,
                        ref b3);
                    if (TTerm.Writes) V.Store(r3, results + i + (3 * V.Count));
                }

                V.AddTo(sums + lane, a0);
                V.AddTo(sums + lane + V.Count, a1);
                V.AddTo(sums + lane + (2 * V.Count), a2);
                V.AddTo(sums + lane + (3 * V.Count), a3);
                if (!TTerm.HasSecond) continue;
                V.AddTo(sums + Lanes + lane, b0);
                V.AddTo(sums + Lanes + lane + V.Count, b1);
                V.AddTo(sums + Lanes + lane + (2 * V.Count), b2);
                V.AddTo(sums + Lanes + lane + (3 * V.Count), b3);
            }
        }
    }

    /// <summary>A group with elements left out.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Part<V>(in ClassRow<T> row, nint group, int count, double* sums)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(4 * Lanes)]);
        nint at = group * Lanes, skipped = row.Skipped - at;
        ClassRow<T> part = new() { Logits = buffer, Targets = buffer + Lanes, Weights = buffer + (2 * Lanes), Results = buffer + (3 * Lanes) };
        (part.Reference, part.Spread, part.Kept) = (row.Reference, row.Spread, row.Kept);
        Fill(row.Logits + at, count, TTerm.HasSecond ? T.NegativeInfinity : row.Reference, skipped, part.Logits);
        if (TTerm.ReadsTargets) Fill(row.Targets + at, count, T.Zero, skipped, part.Targets);
        if (TTerm.ReadsWeights) Fill(row.Weights + at, count, T.Zero, skipped, part.Weights);
        Groups<V>(part, 0, 1, sums);
        if (TTerm.Writes) new ReadOnlySpan<T>(part.Results, count).CopyTo(new Span<T>(row.Results + at, count));
        Scratch.Check(buffer, 4 * Lanes);
    }

    private static void Fill(T* source, int count, T neutral, nint skipped, T* destination)
    {
        new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(destination, count));
        new Span<T>(destination + count, Lanes - count).Fill(neutral);
        if (skipped >= 0 && skipped < Lanes) destination[skipped] = neutral;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Total(double* sums)
    {
        Vector256<double> a = Vector256.Load(sums), b = Vector256.Load(sums + 4), c = Vector256.Load(sums + 8), d = Vector256.Load(sums + 12);
        for (nint i = 16; i < Lanes; i += 16)
        {
            a += Vector256.Load(sums + i);
            b += Vector256.Load(sums + i + 4);
            c += Vector256.Load(sums + i + 8);
            d += Vector256.Load(sums + i + 12);
        }

        a = (a + b) + (c + d);
        return (a[0] + a[1]) + (a[2] + a[3]);
    }
}
