namespace FastLoss.Tests.Learning.Optimizers;

/// <summary>The rules as PyTorch writes them (torch/optim, the single-tensor form), one parameter at a time in double.</summary>
internal sealed class OptimizerReference(IOptimizer rule, int count)
{
    private readonly double[] _a = new double[count], _b = new double[count], _c = new double[count];
    private long _step;

    public void Step(double[] p, double[] gradient, double lr)
    {
        if (_step++ == 0 && rule is AdaGrad ada) Array.Fill(_a, ada.InitialAccumulator);
        for (int i = 0; i < p.Length; i++)
        {
            p[i] = rule switch
            {
                Sgd r => Step(r, i, p[i], gradient[i], lr),
                AdaGrad r => Step(r, i, p[i], gradient[i], lr),
                RmsProp r => Step(r, i, p[i], gradient[i], lr),
                Adam r => Step(r, i, p[i], gradient[i] + (r.WeightDecay * p[i]), lr),
                AdamW r => Step(new Adam { Beta1 = r.Beta1, Beta2 = r.Beta2, Epsilon = r.Epsilon, AmsGrad = r.AmsGrad }, i, p[i] * (1 - (lr * r.WeightDecay)), gradient[i], lr),
                _ => throw new NotSupportedException(),
            };
        }
    }

    private double Step(Sgd r, int i, double p, double grad, double lr)
    {
        double d = grad + (r.WeightDecay * p);
        if (r.Momentum != 0)
        {
            double before = _a[i];
            if (_step == 1) _a[i] = d;
            else _a[i] = (r.Momentum * before) + ((1 - r.Dampening) * d);
            d = r.Nesterov ? d + (r.Momentum * _a[i]) : _a[i];
        }

        return p - (lr * d);
    }

    private double Step(AdaGrad r, int i, double p, double grad, double lr)
    {
        grad += r.WeightDecay * p;
        double clr = lr / (1 + ((_step - 1) * r.LearningRateDecay));
        _a[i] += grad * grad;
        return p - (clr * grad / (Math.Sqrt(_a[i]) + r.Epsilon));
    }

    private double Step(RmsProp r, int i, double p, double grad, double lr)
    {
        grad += r.WeightDecay * p;
        _a[i] = (r.Smoothing * _a[i]) + ((1 - r.Smoothing) * grad * grad);
        double square = _a[i];
        if (r.Centered)
        {
            _b[i] += (1 - r.Smoothing) * (grad - _b[i]);
            square -= _b[i] * _b[i];
        }

        double average = Math.Sqrt(square) + r.Epsilon;
        if (r.Momentum == 0) return p - (lr * grad / average);
        _c[i] = (r.Momentum * _c[i]) + (grad / average);
        return p - (lr * _c[i]);
    }

    private double Step(Adam r, int i, double p, double grad, double lr)
    {
        _a[i] += (1 - r.Beta1) * (grad - _a[i]);
        _b[i] = (r.Beta2 * _b[i]) + ((1 - r.Beta2) * grad * grad);
        double first = r.BiasCorrection ? 1 - Math.Pow(r.Beta1, _step) : 1, second = r.BiasCorrection ? 1 - Math.Pow(r.Beta2, _step) : 1;
        double square = r.AmsGrad ? _c[i] = Math.Max(_c[i], _b[i]) : _b[i];
        if (r.EpsilonHat) return p - (lr * Math.Sqrt(second) / first * _a[i] / (Math.Sqrt(square) + r.Epsilon));
        return p - (lr / first * _a[i] / ((Math.Sqrt(square) / Math.Sqrt(second)) + r.Epsilon));
    }
}
