namespace FastLoss.Cli.Training;

/// <summary>What a gradient check tells while it runs.</summary>
internal interface ICheckProgress
{
    /// <summary>Before the gradients of whole images, which take most of the time of a large network.</summary>
    void Start(int weights, int images);

    /// <summary>When a weight's turn comes.</summary>
    void Weight(int number, int of);
}

/// <summary>A network's loss, one weight at a time, that counts the weights as they come.</summary>
internal ref struct ObservedLoss(NetworkLoss<double> loss, int weights, ICheckProgress? progress) : ICoordinateFunction<double>
{
    private NetworkLoss<double> _loss = loss;
    private int _number;
    private int _last = -1;

    public double Prepare(ReadOnlySpan<double> x) => _loss.Prepare(x);

    public double EvaluateAt(int index, double value)
    {
        Observe(index);
        return _loss.EvaluateAt(index, value);
    }

    public double Difference(int index, double upper, double lower)
    {
        Observe(index);
        return _loss.Difference(index, upper, lower);
    }

    private void Observe(int index)
    {
        if (index == _last) return;
        _last = index;

        // The noise is measured along a weight first, which may be one more than are checked.
        progress?.Weight(Math.Min(++_number, weights), weights);
    }
}
