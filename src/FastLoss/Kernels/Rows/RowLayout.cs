using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// How rows lie: class c of row (o, i) stands at o * Pitch + c * Inner + i. A block of rows is packed, classes next to each other, while
/// it is in the first cache, and unpacked again; what lies between is left as it is.
/// </summary>
internal readonly unsafe struct RowLayout(int classCount, int inner, int pitch)
{
    public int ClassCount => classCount;

    public int Inner => inner;

    public bool IsContiguous => inner == 1 && pitch == classCount;

    public int Rows(int length) => (int)((length + (long)pitch - ((long)classCount * inner)) / pitch * inner);

    /// <summary>Where the row's first class stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Start(nint row) => inner == 1 ? row * pitch : (row / inner * pitch) + (row % inner);

    public void Pack<T>(T* source, nint first, int rows, T* packed)
        where T : unmanaged
    {
        for (nint done = 0; done < rows;)
        {
            T* from = source + Start(first + done), to = packed + (done * classCount);
            if (inner == 1)
            {
                new ReadOnlySpan<T>(from, classCount).CopyTo(new Span<T>(to, classCount));
                done++;
                continue;
            }

            nint run = Math.Min(rows - done, inner - ((first + done) % inner));
            Columns.ToRows(from, inner, classCount, (int)run, to);
            done += run;
        }
    }

    public void Unpack<T>(T* packed, nint first, int rows, T* destination)
        where T : unmanaged
    {
        for (nint done = 0; done < rows;)
        {
            T* from = packed + (done * classCount), to = destination + Start(first + done);
            if (inner == 1)
            {
                new ReadOnlySpan<T>(from, classCount).CopyTo(new Span<T>(to, classCount));
                done++;
                continue;
            }

            nint run = Math.Min(rows - done, inner - ((first + done) % inner));
            Columns.FromRows(from, classCount, (int)run, to, inner);
            done += run;
        }
    }

    /// <summary>Adds packed rows to what stands where they lie.</summary>
    public void Add<T>(T* packed, nint first, int rows, T* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (IsContiguous)
        {
            Span<T> all = new(destination + Start(first), rows * classCount);
            TensorPrimitives.Add(all, new ReadOnlySpan<T>(packed, rows * classCount), all);
            return;
        }

        for (int r = 0; r < rows; r++)
        {
            T* from = packed + ((nint)r * classCount), to = destination + Start(first + r);
            if (inner == 1)
            {
                Span<T> sum = new(to, classCount);
                TensorPrimitives.Add(sum, new ReadOnlySpan<T>(from, classCount), sum);
                continue;
            }

            for (nint c = 0; c < classCount; c++) to[c * inner] += from[c];
        }
    }
}
