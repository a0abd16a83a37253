using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <content>
/// Many numbers at a time, by vectors: shares are split off by adding and taking away a power of two (Rump, Ogita and
/// Oishi), and summed as integers. The state is that of adding them one by one.
/// </content>
internal unsafe partial struct ExactSum
{
    /// <summary>Elements whose shares are summed as 64-bit integers before they go to the bins.</summary>
    private const int Block = 256;

    /// <summary>Numbers of a vector step.</summary>
    private const int Step = 8;

    /// <summary>The position of the smallest double.</summary>
    private const int Smallest = Bias - 1074;

    /// <summary>
    /// Where the splitting begins: right for blocks whose largest number lies between 2^-36 and 2^16.
    /// </summary>
    private const int FirstGuess = 17 * 64;

    /// <summary>From this exponent field on the power of two that splits would overflow.</summary>
    private const int LastField = 1993;

    /// <summary>Adds floats or doubles.</summary>
    [SkipLocalsInit]
    public void Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // One buffer: for one of 32 bytes the JIT copies the span in a way that stalls.
        double* rest = stackalloc double[Block + Step];
        T* padded = (T*)(rest + Block);
        fixed (T* x = values)
        {
            int length = values.Length, whole = length & -Step;
            for (nint i = 0; i < whole; i += Block) AddBlock(x + i, (int)Math.Min(Block, whole - i), rest);
            if (whole == length) return;
            for (int i = 0; i < Step; i++) padded[i] = whole + i < length ? x[whole + i] : T.Zero;
            AddBlock(padded, Step, rest);
        }
    }

    /// <summary>
    /// Adds the first of the numbers in a buffer, at most 256; up to the next multiple of 8 the others become zeros.
    /// </summary>
    [SkipLocalsInit]
    public void AddBuffer<T>(T* x, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (count == 1)
        {
            Add(double.CreateTruncating(*x));
            return;
        }

        double* rest = stackalloc double[Block];
        int end = (count + Step - 1) & -Step;
        new Span<T>(x + count, end - count).Clear();
        AddBlock(x, end, rest);
    }

    /// <summary>From the leading bits down, two steps at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddBlock<T>(T* x, int count, double* rest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int position = FirstGuess;
        int field = Take(x, count, rest, position, out long first, out long second, out bool isLeft);
        if (field is 0 or >= LastField)
        {
            // Rare (infinities, NaN, floats below the normal range), or all zeros.
            for (int i = 0; i < count && (field != 0 || isLeft); i++) Add(double.CreateTruncating(x[i]));
            return;
        }

        int highest = field - 1073 + Bias; // 51 bits below the power of two that the numbers are under
        if (BinOf(field) != position / 64 || highest > position)
        {
            position = Math.Max(highest, BinOf(field) * 64);
            Take(x, count, rest, position, out first, out second, out isLeft);
        }

        if (position / 64 > _top) RaiseTo(position / 64);
        while (true)
        {
            AddTo(position, first);
            AddTo(position = Next(position), second);
            position = Next(position);
            if (!isLeft || position / 64 <= _top - Bins) return;
            Take(rest, count, rest, position, out first, out second, out isLeft);
        }
    }

    /// <summary>
    /// Takes from every number the nearest multiple of the bit at the position, then of the next: adding 1.5 * 2^52 of
    /// that leaves the multiple in the low bits. What is left goes to <paramref name="rest"/>. Returns the largest
    /// exponent field, as a double's.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Take<T>(
        T* x, int count, double* rest, int position, out long first, out long second, out bool isLeft)
        where T : unmanaged
    {
        Vector256<double> one = OneAndHalf(position), two = OneAndHalf(Next(position)), left = default;
        Vector256<long> a1 = default, a2 = default, b1 = default, b2 = default;
        Vector256<int> largest = default, magnitude = Vector256.Create(int.MaxValue);
        for (nint i = 0; i < count; i += Step)
        {
            Vector256<double> a = Load(x + i), b = Load(x + i + 4);
            Vector256<int> bits = typeof(T) == typeof(float)
                ? Vector256.Load((int*)x + i)
                : Vector256.Max(a.AsInt32() & magnitude, b.AsInt32() & magnitude);
            largest = Vector256.Max(largest, bits & magnitude);
            a = Taken(a, one, ref a1);
            b = Taken(b, one, ref b1);
            a = Taken(a, two, ref a2);
            b = Taken(b, two, ref b2);
            a.Store(rest + i);
            b.Store(rest + i + 4);
            left |= a | b;
        }

        first = Vector256.Sum(a1 + b1) - (count * one.AsInt64()[0]);
        second = Vector256.Sum(a2 + b2) - (count * two.AsInt64()[0]);
        isLeft = (left.AsInt64() << 1) != Vector256<long>.Zero;
        return Field<T>(largest);
    }

    /// <summary>The exponent field, as a double's, of the largest magnitude; 0 also for the subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Field<T>(Vector256<int> largest)
    {
        // A double's magnitude is decided by its upper half; the lower halves lie in the even lanes.
        Vector128<int> half = Vector128.Max(largest.GetLower(), largest.GetUpper());
        half = Vector128.Max(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        int field = typeof(T) == typeof(float) ? Math.Max(half[0], half[1]) >> 23 : half[1] >> 20;
        return typeof(T) == typeof(double) || field == 0 ? field : field == 255 ? 2047 : field + 1023 - 127;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Load<T>(T* x)
        where T : unmanaged =>
        typeof(T) == typeof(float)
            ? Vector256.WidenLower(Vector128.Load((float*)x).ToVector256Unsafe())
            : Vector256.Load((double*)x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Taken(Vector256<double> x, Vector256<double> oneAndHalf, ref Vector256<long> sum)
    {
        Vector256<double> shifted = x + oneAndHalf;
        sum += shifted.AsInt64();
        return x - (shifted - oneAndHalf);
    }

    /// <summary>52 bits of what is left are taken at a time, and the first bit of every bin is stopped at.</summary>
    private static int Next(int position) => Math.Max(Smallest, Math.Max(position - 52, (position - 1) & -64));

    private static Vector256<double> OneAndHalf(int position) =>
        Vector256.Create(((long)(position - Bias + 1075) << 52) | (1L << 51)).AsDouble();
}
