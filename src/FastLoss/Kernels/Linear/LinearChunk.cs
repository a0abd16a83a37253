using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace FastLoss.Kernels;

/// <summary>Some rows of a call: where they are neighbours, as they stand there, and else gathered.</summary>
internal readonly ref struct LinearChunk<T, TLabel>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLabel : unmanaged, IBinaryInteger<TLabel>
{
    private readonly LinearCall<T, TLabel> _call;
    private readonly ReadOnlySpan<int> _rows;
    private readonly Span<T> _scores;
    private readonly bool _areNeighbours;
    private readonly SpanOwner<T> _gathered;
    private readonly SpanOwner<TLabel> _gatheredLabels;
    private readonly ReadOnlySpan<T> _hidden, _targets, _weights;
    private readonly ReadOnlySpan<TLabel> _labels;
    private readonly Span<T> _losses, _hiddenGradient;

    /// <param name="call">The call.</param>
    /// <param name="rows">Their numbers in it, ascending.</param>
    /// <param name="scores">Room for their scores at least.</param>
    /// <param name="ones">Their weights where the call has none of its own, but some rows do not count; else empty.</param>
    public LinearChunk(scoped in LinearCall<T, TLabel> call, ReadOnlySpan<int> rows, Span<T> scores, ReadOnlySpan<T> ones)
    {
        _call = call;
        _rows = rows;
        _scores = scores[..(rows.Length * call.ClassCount)];
        int first = rows[0], features = call.Features;
        _areNeighbours = rows[^1] - first == rows.Length - 1;
        _gathered = SpanOwner<T>.Empty;
        _gatheredLabels = SpanOwner<TLabel>.Empty;
        if (_areNeighbours)
        {
            _hidden = call.Hidden.Slice(first * features, rows.Length * features);
            if (!call.Targets.IsEmpty) _targets = call.Targets.Slice(first * call.ClassCount, rows.Length * call.ClassCount);
            _weights = call.Weights.IsEmpty ? ones[..Math.Min(ones.Length, rows.Length)] : call.Weights.Slice(first, rows.Length);
            if (!call.Labels.IsEmpty) _labels = call.Labels.Slice(first, rows.Length);
            if (!call.Losses.IsEmpty) _losses = call.Losses.Slice(first, rows.Length);
            if (!call.HiddenGradient.IsEmpty) _hiddenGradient = call.HiddenGradient.Slice(first * features, rows.Length * features);
            return;
        }

        int targets = call.Targets.IsEmpty ? 0 : call.ClassCount, gradient = call.HiddenGradient.IsEmpty ? 0 : features;
        _gathered = SpanOwner<T>.Allocate(checked(rows.Length * (features + targets + 1 + 1 + gradient)));
        _gatheredLabels = SpanOwner<TLabel>.Allocate(call.Labels.IsEmpty ? 0 : rows.Length);
        Span<T> left = _gathered.Span;
        _hidden = Gathered(call.Hidden, features, rows, ref left);
        _targets = Gathered(call.Targets, targets, rows, ref left);
        _weights = call.Weights.IsEmpty ? ones[..Math.Min(ones.Length, rows.Length)] : Gathered(call.Weights, 1, rows, ref left);
        _losses = Taken(call.Losses.IsEmpty ? 0 : rows.Length, ref left);
        _hiddenGradient = Taken(rows.Length * gradient, ref left);
        Span<TLabel> labels = _gatheredLabels.Span;
        for (int i = 0; i < labels.Length; i++) labels[i] = call.Labels[rows[i]];
        _labels = labels;
    }

    /// <summary>The rows' scores.</summary>
    public void Score()
    {
        foreach ((int start, int length) in new Blocks(_call.Bias.IsEmpty ? 0 : _scores.Length, _call.ClassCount)) _call.Bias.CopyTo(_scores.Slice(start, length));
        MatrixMultiply.Run(
            MatrixView<T>.RowMajor(_hidden, _call.Features), MatrixView<T>.Transposed(_call.ClassRows, _call.Features), _scores, accumulate: !_call.Bias.IsEmpty, _call.Threads);
    }

    /// <summary>What the rows count; no score is read.</summary>
    public RowTally Weigh<TLoss>(TLoss loss)
        where TLoss : struct, IRowsLoss => Run(loss, hasGradient: false, null, weighsOnly: true);

    /// <summary>The rows' losses; their scores become their gradients where these are wanted.</summary>
    public RowTally Lose<TLoss>(TLoss loss, bool hasGradient, double? weight)
        where TLoss : struct, IRowsLoss
    {
        RowTally totals = Run(loss, hasGradient, weight, weighsOnly: false);
        for (int i = 0; i < _losses.Length && !_areNeighbours; i++) _call.Losses[_rows[i]] = _losses[i];
        return totals;
    }

    /// <summary>The gradients by weights, bias and hidden states.</summary>
    /// <param name="goesOn">Those by weights and bias begin with what stands there.</param>
    public void Differentiate(bool goesOn)
    {
        int features = _call.Features, classes = _call.ClassCount;
        if (!_call.ClassGradient.IsEmpty)
            MatrixMultiply.Run(MatrixView<T>.Transposed(_scores, classes), MatrixView<T>.RowMajor(_hidden, features), _call.ClassGradient, goesOn, _call.Threads);
        if (!_call.BiasGradient.IsEmpty)
        {
            T one = T.One;
            MatrixMultiply.Run(MatrixView<T>.Row(in one, _rows.Length), MatrixView<T>.RowMajor(_scores, classes), _call.BiasGradient, goesOn, _call.Threads);
        }

        if (_call.HiddenGradient.IsEmpty) return;
        for (int i = 0; i < _rows.Length && !_areNeighbours && _call.Accumulates; i++) Row(_call.HiddenGradient, i).CopyTo(_hiddenGradient.Slice(i * features, features));
        MatrixMultiply.Run(MatrixView<T>.RowMajor(_scores, classes), MatrixView<T>.RowMajor(_call.ClassRows, features), _hiddenGradient, _call.Accumulates, _call.Threads);
        for (int i = 0; i < _rows.Length && !_areNeighbours; i++) _hiddenGradient.Slice(i * features, features).CopyTo(Row(_call.HiddenGradient, i));
    }

    public void Dispose()
    {
        _gathered.Dispose();
        _gatheredLabels.Dispose();
    }

    private RowTally Run<TLoss>(TLoss loss, bool hasGradient, double? weight, bool weighsOnly)
        where TLoss : struct, IRowsLoss
    {
        RowCall<T, TLabel> call = default;
        call.Scores = _scores;
        call.Layout = new(_call.ClassCount, 1, _call.ClassCount);
        call.Labels = _labels;
        call.Targets = _targets;
        call.Weights = _weights;
        call.ClassWeights = _call.ClassWeights;
        call.SkipsMaskedRows = _call.SkipsMaskedRows;
        call.Denominator = _call.Denominator;
        call.WeightOfAll = weight;
        call.WeighsOnly = weighsOnly;
        call.Threads = _call.Threads;
        if (hasGradient) call.Gradient = _scores;
        else if (!weighsOnly) call.Losses = _losses;
        RowTally totals = default;
        loss.Run(call, ref totals);
        return totals;
    }

    private Span<T> Row(Span<T> rows, int i) => rows.Slice(_rows[i] * _call.Features, _call.Features);

    private static Span<T> Gathered(ReadOnlySpan<T> source, int length, ReadOnlySpan<int> rows, scoped ref Span<T> left)
    {
        Span<T> gathered = Taken(rows.Length * length, ref left);
        for (int i = 0; i < rows.Length && length > 0; i++) source.Slice(rows[i] * length, length).CopyTo(gathered.Slice(i * length, length));
        return gathered;
    }

    private static Span<T> Taken(int length, scoped ref Span<T> left)
    {
        Span<T> taken = left[..length];
        left = left[length..];
        return taken;
    }
}
