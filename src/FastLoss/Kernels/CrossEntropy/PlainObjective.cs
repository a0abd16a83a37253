using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>Softmax cross-entropy of labels without parameters, by the objective that is the faster for so many classes.</summary>
internal readonly struct PlainObjective<T> : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => IsByLabel(classCount)
        ? default(LabelObjective<T>).BlockRows(classCount, isDifferentiated, isInPlace)
        : default(ClassObjective<T>).BlockRows(classCount, isDifferentiated, isInPlace);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => IsByLabel(classCount)
        ? default(LabelObjective<T>).WorkLength(rows, classCount, isDifferentiated)
        : default(ClassObjective<T>).WorkLength(rows, classCount, isDifferentiated);

    public void Run(in RowBlock<T> block)
    {
        if (IsByLabel(block.ClassCount)) default(LabelObjective<T>).Run(block);
        else default(ClassObjective<T>).Run(block);
    }

    private static bool IsByLabel(int classCount) => LabelObjective<T>.Takes(0, 0, classCount, false);
}
