using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// A length in blocks of a size, the last as long as is left: (start, count) of each. An int that steps by a size passes 2^31 at
/// the end of the longest spans; this one cannot, so whatever takes a span block by block takes it by this.
/// </summary>
internal readonly struct Blocks(int length, int size)
{
    public Enumerator GetEnumerator() => new(length, size);

    public struct Enumerator(int length, int size)
    {
        private int _start;
        private int _count;

        public readonly (int Start, int Count) Current
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => (_start, _count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            _start += _count;
            _count = Math.Min(size, length - _start);
            return _count > 0;
        }
    }
}
