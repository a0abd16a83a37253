using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>What is made of a row's exponentials: by columns, a lane a row.</summary>
internal interface ISoftmaxResult
{
    /// <summary>Of a class, from its logit, its exponential, the largest logit, what makes e a probability and the log-sum less the largest.</summary>
    static abstract V Of<V>(V z, V e, V max, V inverse, V logSum)
        where V : unmanaged, IVector<V>;
}

/// <summary>
/// Softmax and log-softmax of rows of up to 128 classes by columns, whatever the logits: no row is done again. The largest element's
/// log-probability is -ln(1 + the others' sum relative to it), which keeps its digits where the row is confident.
/// </summary>
internal static unsafe class SoftmaxColumns
{
    /// <summary>e / sum; 0 where it would be subnormal.</summary>
    public readonly struct Probability : ISoftmaxResult
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V z, V e, V max, V inverse, V logSum)
            where V : unmanaged, IVector<V>
        {
            V p = e * inverse;
            return V.AndNot(p < (V.IsSingle ? 1.1754943508222875e-38 : 2.2250738585072014e-308), p);
        }
    }

    /// <summary>(z - max) - ln(sum relative to the largest).</summary>
    public readonly struct LogProbability : ISoftmaxResult
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V z, V e, V max, V inverse, V logSum)
            where V : unmanaged, IVector<V> => (z - max) - logSum;
    }

    /// <summary>Rows of a block; a multiple of a register's where there are as many.</summary>
    public static int BlockRows<T>(int classCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => default(ClassObjective<T>).BlockRows(classCount, false, false);

    /// <summary>Whether rows a little longer than the small ones are better computed by columns than one by one: 40 floats 36 ns for 79 with AVX2, 27 for 33 with AVX-512.</summary>
    public static bool Takes<T>(int classCount)
        where T : unmanaged => classCount > SmallRows.MaxClasses<T>() && classCount <= SmallRows.MaxClasses<T>() * 3 / 2;

    /// <summary>Up to <see cref="BlockRows"/> rows; the destination may be the logits.</summary>
    [SkipLocalsInit]
    public static void Run<T, TResult>(T* x, int classCount, int rows, T* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : struct, ISoftmaxResult
    {
        int length = Columns.Length(classCount);
        T* columns = Scratch.Take(stackalloc T[Scratch.Room<T>(2 * length)]);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(ClassRowTerms<T>.BufferLength)]);
        ClassWork<T> work = Sums(x, classCount, rows, columns, new(buffer));
        Dispatch.Run<T, Results<T, TResult>, int>(new(work));
        Columns.ToRows(work.Exponentials, classCount, rows, destination);
        Scratch.Check(columns, 2 * length);
        Scratch.Check(buffer, ClassRowTerms<T>.BufferLength);
    }

    /// <summary>The log-sum-exp of each row.</summary>
    [SkipLocalsInit]
    public static void LogSumExp<T>(T* x, int classCount, int rows, T* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = Columns.Length(classCount);
        T* columns = Scratch.Take(stackalloc T[Scratch.Room<T>(2 * length)]);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(ClassRowTerms<T>.BufferLength)]);
        ClassRowTerms<T> terms = Sums(x, classCount, rows, columns, new(buffer)).Rows;
        for (nint r = 0; r < rows; r++)
        {
            destination[r] = T.IsFinite(terms.Max[r]) ? terms.Max[r] + terms.LogSum[r] : SmallRows.Extreme(x + (r * classCount), classCount);
        }

        Scratch.Check(columns, 2 * length);
        Scratch.Check(buffer, ClassRowTerms<T>.BufferLength);
    }

    private static ClassWork<T> Sums<T>(T* x, int classCount, int rows, T* columns, ClassRowTerms<T> terms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ClassWork<T> work = new()
        {
            Block = new() { ClassCount = classCount, Rows = rows },
            Rows = terms,
            Logits = columns,
            Exponentials = columns + Columns.Length(classCount),
        };
        Columns.FromRows(x, classCount, rows, columns);
        Dispatch.Run<T, ClassColumns.Largest<T>, int>(new(work));
        Dispatch.Run<T, ClassColumns.Exponentials<T>, int>(new(work));
        Dispatch.Run<T, ClassTerms<T>.Sums, int>(new(work));
        return work;
    }

    private readonly struct Results<T, TResult>(ClassWork<T> work) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : struct, ISoftmaxResult
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            ClassRowTerms<T> rows = work.Rows;
            int classCount = work.Block.ClassCount;
            for (nint r = 0; r < work.Block.Rows; r += V.Count)
            {
                V max = V.Load(rows.Max + r), inverse = V.Load(rows.Inverse + r), logSum = V.Load(rows.LogSum + r);
                T* z = work.Logits + r, e = work.Exponentials + r;
                for (nint c = 0; c < Columns.Length(classCount); c += Columns.Length(1))
                {
                    V.Store(TResult.Of(V.Load(z + c), V.Load(e + c), max, inverse, logSum), e + c);
                }
            }

            return 0;
        }
    }
}
