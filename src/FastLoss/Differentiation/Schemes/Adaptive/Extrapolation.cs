using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// Difference quotients at falling steps, extrapolated to h = 0 (Romberg, by Neville's rule), one level after the
/// other; and what the levels say of the noise of the function's values. It evaluates nothing, so one function or many
/// outputs at once, derivatives of any order, symmetric or one-sided quotients all use it.
/// </summary>
/// <remarks>
/// <para>
/// A level of a smooth function follows from those before it, up to the noise of its own values: so does the quotient,
/// and so does what the quotient leaves out, the mean of the values on both sides. The two surprises of each level are
/// a sample of the noise that costs no evaluation (as the differences of neighbouring values in More and Wild,
/// Estimating computational noise, SIAM J. Sci. Comput. 33, 2011). At large steps they contain truncation, which only
/// adds.
/// </para>
/// <para>
/// A level whose quotient is exactly 0 after one that was not says nothing: the step has fallen below the stairs of a
/// function that rounds. Only where the values on
/// one side are those of the first level is the function flat there, and where they are not that at the point it turns there.
/// </para>
/// </remarks>
/// <param name="isSymmetric">A symmetric quotient has only even powers of h in its error, a one-sided one all.</param>
internal partial struct Extrapolation<T>(bool isSymmetric)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>From scale / 16 down to scale / 2^30, where rounding has half of double's digits.</summary>
    public const int MaximumLevels = 14;

    private const int Columns = 6;

    /// <summary>Levels beyond the one where smaller steps cease to help: they tell the noise.</summary>
    private const int Extra = 1;

    private readonly bool _isSymmetric = isSymmetric;
    private Row _row;
    private Row _others;
    private Levels _levels;
    private int _filled;
    private int _unresolved;
    private int _settled;
    private bool _moved;
    private bool _hasSteps;
    private T _firstUpper;
    private T _firstLower;
    private T _firstStep;
    private T _best = T.PositiveInfinity;
    private T _bestGain;

    /// <summary>
    /// The length on which the derivative varies: where h^2 f'''/6 would equal f', from the differences between levels.
    /// </summary>
    public T Length { get; private set; } = T.PositiveInfinity;

    /// <summary>The largest value of the function among those of the first level.</summary>
    public T Size { get; private set; } = T.Zero;

    /// <summary>
    /// The slope over the first step, to whichever side it is larger; between the sides where the middle is not known.
    /// </summary>
    public readonly T Steepness(T atPoint) =>
        T.MaxNumber(T.Abs(_firstUpper - _firstLower), T.MaxNumber(T.Abs(_firstUpper - atPoint), T.Abs(_firstLower - atPoint))) / _firstStep;

    /// <summary>The levels that were tried, those that said nothing among them.</summary>
    public int Tried { get; private set; }

    /// <summary>The levels in use.</summary>
    public int Count { get; private set; }

    /// <summary>Smaller steps cannot improve the value: rounding is half of its error, or more.</summary>
    public bool Settled { get; private set; }

    [InlineArray(Columns)]
    private struct Row
    {
        private T _element;
    }

    [InlineArray(MaximumLevels)]
    private struct Levels
    {
        private Level _element;
    }

    /// <summary>The best of one level.</summary>
    private struct Level
    {
        public T Value;
        public T Truncation;
        public T Rounding;
        public T Gain;
        public T Own;
        public T Other;
        public T Step;
    }

    /// <summary>The next level has a step that does not follow from the last, or the last was no good.</summary>
    public void Restart() => _filled = 0;

    /// <summary>Adds the quotient at step <paramref name="h"/>, smaller than the last.</summary>
    public void Add(in Quotient<T> quotient, T h)
    {
        if (Tried++ == 0)
        {
            Size = quotient.Size;
            (_firstUpper, _firstLower, _firstStep) = (quotient.Upper, quotient.Lower, h);
        }

        if (!IsResolved(quotient))
        {
            Restart();
            Settled = ++_unresolved > 1;
            return;
        }

        ref Level level = ref _levels[Count++];
        level = new()
        {
            Value = quotient.Value,
            Truncation = T.PositiveInfinity,
            Rounding = quotient.Rounding,
            Gain = quotient.Gain,
            Own = T.NaN,
            Other = T.NaN,
            Step = h,
        };
        T before = _row[0];
        int columns = Extend(ref _row, quotient.Value, ref level, isOwn: true);
        Extend(ref _others, quotient.Other, ref level, isOwn: false);
        level.Own *= quotient.Gain;
        level.Other *= quotient.OtherGain;
        if (columns > 1)
        {
            T last = _levels[Count - 2].Step, bend = T.Abs(_row[0] - before);
            if (bend > T.Zero) Length = T.Min(Length, T.Sqrt((last - h) * (last + h) * (T.Abs(_row[1]) / bend)));
            T error = level.Truncation + level.Rounding;
            if (Exceeds(level, _best, _bestGain)) (_best, _settled) = (T.PositiveInfinity, 0);
            if (error < _best) (_best, _bestGain) = (error, level.Gain);
            bool atEnd = (_best <= level.Rounding + level.Rounding || level.Rounding > _best) && !OthersFall(level);
            Settled = atEnd && ++_settled > Extra;
        }

        _filled = columns;
    }

    /// <summary>
    /// The means of the values still come closer to each other, as at a kink, where the quotients do not show it.
    /// </summary>
    private readonly bool OthersFall(in Level level) =>
        level.Other * T.CreateTruncating(2) < _levels[Count - 2].Other && level.Other > T.CreateTruncating(8) * level.Rounding * level.Gain;

    /// <summary>
    /// The new row of a tableau; of its own quotients also the best element, judged by its two neighbours.
    /// </summary>
    private readonly int Extend(ref Row row, T first, ref Level level, bool isOwn)
    {
        Row next = default;
        next[0] = first;
        int columns = Math.Min(_filled + 1, Columns);
        T surprise = T.PositiveInfinity;
        for (int k = 1; k < columns; k++)
        {
            T ratio = _levels[Count - 1 - k].Step / level.Step, power = _isSymmetric ? ratio * ratio : ratio;
            T change = T.Abs(next[k - 1] - row[k - 1]);
            surprise = T.Min(surprise, change);
            next[k] = next[k - 1] + (next[k - 1] - row[k - 1]) / (power - T.One);
            if (!isOwn) continue;
            T truncation = T.Max(T.Abs(next[k] - next[k - 1]), T.Abs(next[k] - row[k - 1]));
            if (truncation < level.Truncation) (level.Value, level.Truncation) = (next[k], truncation);
        }

        if (T.IsFinite(surprise))
        {
            if (isOwn) level.Own = surprise;
            else level.Other = surprise;
        }

        row = next;
        return columns;
    }

    private readonly bool IsFlatToOneSide(in Quotient<T> quotient) => quotient.Upper == _firstUpper || quotient.Lower == _firstLower;

    /// <summary>
    /// Whether all that says that the function is flat to one side is one level at which the other side moved: a stair
    /// would look the same. A value at a slightly shorter step tells.
    /// </summary>
    public readonly bool IsInDoubt(in Quotient<T> quotient) => quotient.IsFlat && !quotient.IsTurning && _moved && Count == 1 && IsFlatToOneSide(quotient);

    /// <summary>1 if the function is flat above, -1 if below.</summary>
    public readonly int FlatSide(in Quotient<T> quotient) => quotient.Upper == _firstUpper ? 1 : -1;

    /// <summary>
    /// The value at that step: that of the first level again is a stair's. One of a slope is not, nor is one that has not moved
    /// yet, for then the function is flat to both sides over almost the whole first step.
    /// </summary>
    public void Clear(T between, int flatSide) => _hasSteps = between == (flatSide > 0 ? _firstLower : _firstUpper);

    private bool IsResolved(in Quotient<T> quotient)
    {
        if (!quotient.IsFlat)
        {
            _moved = true;
            return true;
        }

        return !_moved || quotient.IsTurning || (!_hasSteps && IsFlatToOneSide(quotient));
    }

    /// <summary>
    /// The best value and its error: of every level what its neighbours in the tableau and the noise of the values
    /// leave open.
    /// </summary>
    /// <param name="atPoint">The value at the point where it is known, else NaN: one more sample of noise.</param>
    public readonly Extrapolated<T> Conclude(T atPoint)
    {
        var best = new Extrapolated<T>(Count > 0 ? _levels[0].Value : T.NaN, T.PositiveInfinity, T.Zero, T.Zero, T.Zero);
        T middle = T.IsNaN(atPoint) || T.IsNaN(_others[0]) || _filled < 2 ? T.NaN : Middle(atPoint);
        T plateau = T.Zero, gain = T.Zero;
        int last = 0;
        for (int k = 0; k < Count; k++)
        {
            plateau = Converges(k) ? T.Zero : T.Max(plateau, Plateau(k));
            Level level = _levels[k];
            if (!T.IsFinite(level.Truncation)) continue;
            if (Exceeds(level, best.Error, gain)) (best, plateau) = (best with { Value = level.Value, Error = T.PositiveInfinity }, T.Zero);
            T noise = T.Max(plateau, Noise(k, middle));
            // Where nothing moves nothing tells the noise: values inside the function may be rounded far more than its
            // result.
            T rounding = _moved ? level.Rounding : T.CreateTruncating(16) * level.Rounding;
            T error = level.Truncation + T.Max(rounding, noise / level.Gain);
            if (error >= best.Error && !Contradicts(level.Value, error, best)) continue;
            gain = level.Gain;
            best = new(level.Value, error, noise, level.Step, noise / (level.Rounding * level.Gain));
            last = k;
        }

        return best with { Surprise = Surprise(last) };
    }

    private readonly T Surprise(int level)
    {
        T largest = T.Zero;
        for (int i = level + 1; i < Count; i++) largest = T.MaxNumber(largest, T.MaxNumber(_levels[i].Own, _levels[i].Other));
        return largest;
    }

    /// <summary>
    /// Noise does not grow as the step falls: a surprise far larger than the error of longer steps allows shows that
    /// those agreed by chance, as far from a narrow feature where the function looks like a parabola.
    /// </summary>
    private static bool Exceeds(in Level level, T error, T gain) => level.Own > T.CreateTruncating(8) * error * gain;

    private readonly T Middle(T atPoint)
    {
        T least = T.PositiveInfinity;
        for (int j = 0; j < _filled; j++) least = T.Min(least, T.Abs(_others[j] - atPoint));
        return least;
    }

    /// <summary>
    /// A value that is itself well resolved and lies far outside the best one's error shows that the larger steps
    /// agreed by chance, as they do far from a narrow feature or around a symmetric one.
    /// </summary>
    private static bool Contradicts(T value, T error, in Extrapolated<T> best)
    {
        T gap = T.Abs(value - best.Value);
        return error * T.CreateTruncating(10) < gap && gap > T.CreateTruncating(4) * (best.Error + error);
    }
}
