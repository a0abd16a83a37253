namespace FastLoss.Kernels;

/// <summary>Where the numbers of one sequence lie in its buffer.</summary>
internal unsafe ref struct CtcPlan
{
    /// <summary>States of probability 0 before the first, so that a step may look back by two.</summary>
    public const int Front = 2;

    /// <summary>Room behind the last state: two of probability 0 and a register.</summary>
    private const int Room = 2 + 8;

    /// <param name="steps">That count.</param>
    /// <param name="labels">Of the target.</param>
    /// <param name="classes">How many there are.</param>
    /// <param name="keepsAll">Whether the states of all steps are kept, for a gradient, or of two.</param>
    public CtcPlan(int steps, int labels, int classes, bool keepsAll)
    {
        (Steps, LabelCount, KeepsAll) = (steps, labels, keepsAll);
        States = checked((2 * labels) + 1);
        Stride = Front + States + Room;
        ClassRoom = classes + Room;
        Length = checked((int)(((keepsAll ? (long)steps + 1 : 2) * Stride) + (5L * Stride) + (2L * ClassRoom)));
    }

    public int Steps { get; }

    public int LabelCount { get; }

    /// <summary>Blanks and labels by turns.</summary>
    public int States { get; }

    /// <summary>Doubles of the buffer.</summary>
    public int Length { get; }

    /// <summary>What forbids the way from the state before the last: 0 or -infinity for each state.</summary>
    public double* Skips { get; private set; }

    /// <summary>ln of each state's probability at a step.</summary>
    public double* Emissions { get; private set; }

    /// <summary>ln of the probability of all ends from each state.</summary>
    public double* After { get; private set; }

    /// <summary>The probability of each state at a step, given the target.</summary>
    public double* Posteriors { get; private set; }

    /// <summary>As many zeros as there are states.</summary>
    public double* Zeros { get; private set; }

    /// <summary>A step's logits, as doubles.</summary>
    public double* Frame { get; private set; }

    /// <summary>A step's gradient.</summary>
    public double* Slopes { get; private set; }

    private bool KeepsAll { get; }

    private int Stride { get; }

    private int ClassRoom { get; }

    private double* Rows { get; set; }

    public void Place(double* buffer)
    {
        Skips = buffer;
        Emissions = Skips + Stride;
        After = Emissions + Stride;
        Posteriors = After + Stride;
        Zeros = Posteriors + Stride;
        Frame = Zeros + Stride;
        Slopes = Frame + ClassRoom;
        Rows = Slopes + ClassRoom;
    }

    /// <summary>The states after so many steps, <see cref="Front"/> before the first of them.</summary>
    public readonly double* Row(int steps) => Rows + ((nint)(KeepsAll ? steps : steps & 1) * Stride);

    /// <summary>A label may follow another without a blank where the two differ.</summary>
    public readonly void PrepareStates(int* labels)
    {
        new Span<double>(Skips, Stride).Fill(double.NegativeInfinity);
        new Span<double>(Emissions, Stride).Clear();
        new Span<double>(Zeros, Stride).Clear();
        for (nint i = 1; i < LabelCount; i++)
        {
            if (labels[i] != labels[i - 1]) Skips[(2 * i) + 1] = 0;
        }
    }

    /// <summary>Before the first step: in a state before the first blank, from which the first label is reached too.</summary>
    public readonly void Begin()
    {
        // States -2 and -1 stand before the first; one step from -1 leads to 0, and two to the first label by its own skip.
        new Span<double>(Row(0), Stride).Fill(double.NegativeInfinity);
        new Span<double>(Row(1), Stride).Fill(double.NegativeInfinity);
        Row(0)[Front - 1] = 0;
        if (LabelCount > 0) Skips[1] = 0;
    }

    /// <summary>After the last step: in the last blank or the last label.</summary>
    public readonly void End()
    {
        new Span<double>(After, Stride).Fill(double.NegativeInfinity);
        After[States - 1] = 0;
        if (States > 1) After[States - 2] = 0;
    }

    /// <summary>The states' probabilities at a step, from its logits and what makes probabilities of them.</summary>
    public readonly void Emit(double normal, int blank, int* labels)
    {
        double ofBlank = Frame[blank] - normal;
        Emissions[0] = ofBlank;
        for (nint i = 0; i < LabelCount; i++)
        {
            Emissions[(2 * i) + 1] = Frame[labels[i]] - normal;
            Emissions[(2 * i) + 2] = ofBlank;
        }
    }
}
