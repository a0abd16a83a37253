using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>A routine of rows with its parameters: its calls, its definition in double, what it is given, its corners and its bound.</summary>
/// <param name="Type">The loss's type, or the class of its calls.</param>
/// <param name="Parameters">As a reader says them: "power 2"; empty for the defaults.</param>
public abstract record RowCase(Type Type, string Parameters)
{
    /// <summary>Every routine of rows that gives a tally.</summary>
    public static IReadOnlyList<RowCase> All { get; } =
    [
        .. CrossEntropyCase.Cases, .. LabelLosses.Cases, .. PairLosses.Cases, .. SimilarityCase.Cases, .. OverlapCase.Cases, .. ScorePairs.Cases,
        .. ContrastiveCases.Cases, .. BrierCase.Cases, .. CtcCase.Cases, .. MarginLosses.Cases, .. ProbabilityLosses.Cases, .. LinearCase.Cases, .. LovaszCase.Cases,
    ];

    public virtual string Name => Parameters.Length == 0 ? TypeName : $"{TypeName}, {Parameters}";

    /// <summary>The type without its type parameters.</summary>
    public string TypeName => Type.Name.Split('`')[0];

    /// <summary>How many inputs there are.</summary>
    public virtual int Inputs => 1;

    /// <summary>By which of them a gradient is taken.</summary>
    public virtual IReadOnlyList<int> Differentiated => [.. Enumerable.Range(0, Inputs)];

    /// <summary>How many of the inputs, the first ones, a gradient may be written over.</summary>
    public virtual int Overwritable => Inputs;

    public virtual RowShape Shape => RowShape.Rows;

    public virtual RowOptions Takes => RowOptions.Entries;

    /// <summary>Whether float rows are computed in double and rounded once.</summary>
    public virtual bool IsWide => true;

    /// <summary>Whether a NaN anywhere in a row of an input makes the row NaN.</summary>
    public virtual bool ReadsAll => true;

    /// <summary>Whether the loss of a row depends on other rows: its definition reads <see cref="RowPoint.Batch"/>.</summary>
    public virtual bool IsOfBatch => false;

    /// <summary>The relative error that is allowed, of floats and of doubles.</summary>
    public virtual (double Float, double Double) Bound => (1e-6, 1e-13);

    /// <summary>Inputs that `fastloss check` differentiates it at; null where another case of the routine stands for it.</summary>
    public UsualRange? Usual { get; init; }

    /// <summary>The same as System.Numerics.Tensors composes it; null where it does not.</summary>
    public RowRival? Rival { get; init; }

    /// <summary>Whether a call that meets a value outside the domain of an input is refused, wherever it stands.</summary>
    public virtual bool IsChecked(int input) => false;

    /// <summary>What an input is made of, from a number in [0, 1).</summary>
    public virtual double Domain(int input, double u) => (u - 0.5) * 8;

    /// <summary>The label of a row, from a number in [0, 1).</summary>
    public virtual int Label(double u, int row, int columns) => (int)(u * columns);

    /// <summary>Whether the loss has no corner near this row.</summary>
    public virtual bool IsSmooth(RowPoint at) => true;

    /// <summary>The loss of one row.</summary>
    /// <param name="rows">The row of each input.</param>
    /// <param name="label">Its label.</param>
    /// <param name="classWeights">A weight for each class; all 1 when empty.</param>
    public abstract double Definition(RowPoint at);

    /// <summary>What the row adds to the weight that the mean divides by.</summary>
    public virtual double Share(RowPoint at) => 1;

    /// <summary>What the definition's own rounding is measured against: the largest of the terms that may cancel.</summary>
    public virtual double Size(RowPoint at) => 1e-3;

    public abstract LossTally Run<T>(RowCall<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Below it numerical differences of an input must not reach, where the formula ends at 0.</summary>
    public virtual double Lowest(int input) => double.NegativeInfinity;

    /// <summary>Calls with usual inputs, of which `fastloss check` proves the gradients; none where another case stands for the routine.</summary>
    public virtual IEnumerable<(string Name, RowCall<T> Call)> UsualCalls<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Usual is not { } range) yield break;
        const int Rows = 4, Columns = 7;
        T[] drawn = Draws.Uniform<T>(new Random(range.Seed), Differentiated.Count * Rows * Columns, range.From, range.To);
        Random others = new(range.Seed - 1);
        T[][] inputs = new T[Inputs][];
        for (int i = 0; i < Inputs; i++)
        {
            int place = Differentiated.ToList().IndexOf(i) * Rows * Columns;
            inputs[i] = place >= 0 ? drawn[place..(place + (Rows * Columns))] : Other<T>(others, Rows * Columns);
        }

        yield return (Name, new(inputs, Columns, UsualLabels));
    }

    /// <summary>Four labels of seven classes.</summary>
    protected virtual int[] UsualLabels => [3, 0, 6, 3];

    /// <summary>Usual values of an input that no gradient is taken by.</summary>
    protected virtual T[] Other<T>(Random random, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException($"{Name} has no other input.");

    public sealed override string ToString() => Name;
}
