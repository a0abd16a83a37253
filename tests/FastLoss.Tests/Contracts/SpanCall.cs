using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;

namespace FastLoss.Tests.Contracts;

/// <summary>One of the spans of a call: a parameter, or one in its options.</summary>
/// <param name="Name">The parameter's name, or "options." and the property's.</param>
/// <param name="Element">The type of its elements.</param>
/// <param name="Length">How many the call needs.</param>
/// <param name="IsWritten">Whether it is a destination.</param>
internal sealed record SpanArgument(string Name, Type Element, int Length, bool IsWritten)
{
    public int Size => Length * Width;

    public int Width => Element == typeof(bool) ? 1 : Marshal.SizeOf(Element);

    /// <summary>What says which entries count or what they are: it may never be written over.</summary>
    public bool IsKept => IsWritten || Name.StartsWith("options.", StringComparison.Ordinal) || Element == typeof(int);
}

/// <summary>Where a call finds its spans, in one block of memory, and its other arguments.</summary>
internal sealed class CallMemory(int size)
{
    public byte[] Bytes { get; } = new byte[size];

    public Dictionary<string, (int Offset, int Length)> Places { get; } = [];

    public double? Denominator { get; set; }

    public static Span<T> Writable<T>(CallMemory memory, string name)
        where T : unmanaged
    {
        (int offset, int length) = memory.Places[name];
        return MemoryMarshal.Cast<byte, T>(memory.Bytes.AsSpan(offset))[..length];
    }

    public static ReadOnlySpan<T> Readable<T>(CallMemory memory, string name)
        where T : unmanaged => Writable<T>(memory, name);

    public static LossOptions<T> Options<T>(CallMemory memory)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => new()
        {
            Weights = Optional<T>(memory, "options.Weights"),
            ClassWeights = Optional<T>(memory, "options.ClassWeights"),
            Mask = Optional<bool>(memory, "options.Mask"),
            Denominator = memory.Denominator,
        };

    public static TripletGradients<T> Triplet<T>(CallMemory memory)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => new(
            Writable<T>(memory, "gradients.Anchors"), Writable<T>(memory, "gradients.Positives"), Writable<T>(memory, "gradients.Negatives"));

    /// <summary>Hidden states as long as a row of classes.</summary>
    public static LinearScores<T> Scores<T>(CallMemory memory)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => new(
            Readable<T>(memory, "scores.Hidden"), SpanCall.Columns, Readable<T>(memory, "scores.Weights"), Readable<T>(memory, "scores.Bias"))
        { ChunkRows = 3 };

    public static LinearGradients<T> Linear<T>(CallMemory memory)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => new(
            Writable<T>(memory, "gradients.Hidden"), Writable<T>(memory, "gradients.Weights"), Writable<T>(memory, "gradients.Bias"));

    public static CtcTargets Targets(CallMemory memory) => new(
        Readable<int>(memory, "targets.Labels"), Readable<int>(memory, "targets.Lengths"), Readable<int>(memory, "targets.Steps"));

    private static ReadOnlySpan<T> Optional<T>(CallMemory memory, string name)
        where T : unmanaged => memory.Places.ContainsKey(name) ? Writable<T>(memory, name) : default;
}

/// <summary>A public static method that writes a span and reads another, and how it is called; found by reflection.</summary>
internal sealed class SpanCall
{
    public const int Rows = 4, Columns = 3;

    /// <summary>A loss of elements, and every loss of rows.</summary>
    private static readonly Type[] Losses =
    [
        typeof(Huber),
        .. typeof(Loss).Assembly.GetExportedTypes().Where(t => t.IsValueType && t.GetInterfaces().Any(i => i.Name is nameof(ILabelLoss) or nameof(ITargetLoss))),
    ];

    private readonly MethodInfo _method;
    private readonly Action<CallMemory> _run;

    private SpanCall(MethodInfo method)
    {
        _method = method;
        Spans = [.. method.GetParameters().SelectMany(SpansOf)];
        _run = Compile();
    }

    /// <summary>Every such method of the library, but those that take a function: what that reads and writes is its own.</summary>
    public static IReadOnlyList<SpanCall> All { get; } =
    [
        .. typeof(Loss).Assembly.GetExportedTypes()
            .Where(t => t.IsAbstract && t.IsSealed)
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => m.GetParameters().Any(p => IsSpan(p.ParameterType, typeof(Span<>))) && !TakesFunction(m) && !TakesViews(m))
            .SelectMany(Close)
            .Select(m => new SpanCall(m))
            .Where(c => c.Spans.Count > 1),
    ];

    public IReadOnlyList<SpanArgument> Spans { get; }

    public string Name => $"{_method.DeclaringType!.Name}.{_method.Name}({string.Join(", ", _method.GetParameters().Select(p => p.Name))}) of {_method.GetParameters()[0].ParameterType}";

    public bool HasOptions => Spans.Any(s => s.Name.StartsWith("options.", StringComparison.Ordinal));

    /// <summary>Whether there are labels that may be bad: any number is the label of a group.</summary>
    public bool HasLabels => Subject != nameof(SupCon) && Spans.Any(s => s.Name is "labels" or "positives" && s.Element == typeof(int));

    public void Run(CallMemory memory) => _run(memory);

    /// <summary>Memory in which all spans are far apart and hold what the method takes.</summary>
    public CallMemory Apart()
    {
        CallMemory memory = new(256 * (Spans.Count + 2));
        for (int i = 0; i < Spans.Count; i++) memory.Places[Spans[i].Name] = (256 * (i + 1), Spans[i].Length);
        foreach (SpanArgument span in Spans) Fill(memory, span);
        return memory;
    }

    /// <summary>Writes what the method takes where the span stands; a destination is left as it is.</summary>
    public void Fill(CallMemory memory, SpanArgument span)
    {
        if (span.IsWritten) return;
        Span<byte> bytes = memory.Bytes.AsSpan(memory.Places[span.Name].Offset, span.Size);
        for (int i = 0; i < span.Length; i++)
        {
            double value = 0.1 + (0.618 * (i + span.Name.Length) % 0.8);
            if (span.Element == typeof(float)) MemoryMarshal.Cast<byte, float>(bytes)[i] = (float)value;
            else if (span.Element == typeof(Half)) MemoryMarshal.Cast<byte, Half>(bytes)[i] = (Half)value;
            else if (span.Element == typeof(bool)) bytes[i] = (byte)(i == 1 ? 0 : 1);
            else MemoryMarshal.Cast<byte, int>(bytes)[i] = span.Name switch { "targets.Labels" => 1 + (i % 2), "targets.Steps" => 1, _ => Label(i) };
        }
    }

    private int Label(int row) => Subject switch
    {
        nameof(CosineEmbedding) => row % 2 == 0 ? 1 : -1,
        nameof(NTXent) => (row + 1) % Rows,
        _ => row % Columns,
    };

    private static bool IsSpan(Type type, Type open) => type.IsGenericType && type.GetGenericTypeDefinition() == open;

    /// <summary>Matrices and tensors become spans; their calls have tests of their own.</summary>
    private static bool TakesViews(MethodInfo m) => m.GetParameters().Any(p => p.ParameterType.ToString().Contains("Span2D", StringComparison.Ordinal)
        || p.ParameterType.ToString().Contains("TensorSpan", StringComparison.Ordinal));

    private static bool TakesFunction(MethodInfo m) =>
        m.GetParameters().Any(p => typeof(Delegate).IsAssignableFrom(p.ParameterType))
        || m.GetGenericArguments().Any(a => a.Name is not ("T" or "TLabel" or "TLoss"));

    /// <summary>The method of floats and ints, once for each loss that it takes.</summary>
    private static IEnumerable<MethodInfo> Close(MethodInfo m)
    {
        if (!m.IsGenericMethodDefinition) return [m];
        Type[] arguments = m.GetGenericArguments();
        Type? loss = arguments.SingleOrDefault(a => a.Name == "TLoss");
        Type[] losses = loss == null ? [typeof(void)] : [.. Losses.Where(l => loss.GetGenericParameterConstraints().All(c => Satisfies(l, c)))];
        return losses.Select(l => m.MakeGenericMethod(
            [.. arguments.Select(a => a.Name switch { "T" => typeof(float), "TLabel" => typeof(int), _ => l })]));
    }

    private static bool Satisfies(Type loss, Type constraint) => constraint == typeof(ValueType)
        || loss.GetInterfaces().Any(i => i.Name == constraint.Name);

    private IEnumerable<SpanArgument> SpansOf(ParameterInfo p)
    {
        Type type = p.ParameterType;
        if (IsSpan(type, typeof(Span<>)) || IsSpan(type, typeof(ReadOnlySpan<>)))
        {
            Type element = type.GetGenericArguments()[0];
            yield return new(p.Name!, element, Length(p.Name!, element), IsSpan(type, typeof(Span<>)));
        }
        else if (type == typeof(CtcTargets))
        {
            // Sequences of one step, the second with a label and the third with two.
            yield return new("targets.Labels", typeof(int), 3, false);
            yield return new("targets.Lengths", typeof(int), Rows, false);
            yield return new("targets.Steps", typeof(int), Rows, false);
        }
        else if (IsSpan(type, typeof(LinearScores<>)) || IsSpan(type, typeof(LinearGradients<>)))
        {
            bool isWritten = IsSpan(type, typeof(LinearGradients<>));
            foreach ((string part, int length) in ((string, int)[])[("Hidden", Rows * Columns), ("Weights", Columns * Columns), ("Bias", Columns)])
                yield return new($"{p.Name}.{part}", type.GetGenericArguments()[0], length, isWritten);
        }
        else if (type.IsByRefLike)
        {
            foreach (PropertyInfo property in type.GetProperties())
            {
                Type element = property.PropertyType.GetGenericArguments().FirstOrDefault(typeof(void));
                string name = $"{p.Name}.{property.Name}";
                if (IsSpan(property.PropertyType, typeof(ReadOnlySpan<>)) && Takes(property.Name)) yield return new(name, element, OptionLength(property.Name), false);
                else if (IsSpan(property.PropertyType, typeof(Span<>))) yield return new(name, element, Rows * Columns, true);
            }
        }
    }

    /// <summary>The loss's name, or that of the class of a loss or metric that is none.</summary>
    private string Subject
    {
        get
        {
            Type first = _method.GetParameters()[0].ParameterType;
            return first.IsByRefLike ? _method.DeclaringType!.Name : first.Name;
        }
    }

    /// <summary>Whether the loss takes this option: weights of classes need classes, and similarities have no weights.</summary>
    private bool Takes(string option) => option switch
    {
        "ClassWeights" => Subject is nameof(SoftmaxCrossEntropy) or nameof(NegativeLogLikelihood) or nameof(MultiClassHinge),
        "Weights" => Subject != nameof(NTXent),
        _ => true,
    };

    private bool HasRows => _method.GetParameters().Any(p => p.Name is "columns" or "classCount" or "classes" or "similarities" || IsSpan(p.ParameterType, typeof(LinearScores<>)));

    /// <summary>Whether rows are as long as there are of them; embeddings, and rows of a length that is told, are not.</summary>
    private bool IsSquare => _method.GetParameters().Any(p => p.Name == "similarities") && _method.GetParameters().All(p => p.Name != "columns");

    private int Length(string name, Type element)
    {
        if (!HasRows) return Rows * Columns;
        bool isPerRow = element == typeof(int) || name is "losses" or "ranks" or "squaredDistances" || (_method.DeclaringType == typeof(LogSumExp) && name is "destination" or "outputGradient");
        return isPerRow ? Rows : IsSquare ? Rows * Rows : Rows * Columns;
    }

    private int OptionLength(string name) => name == "ClassWeights" ? Columns : HasRows ? Rows : Rows * Columns;

    private Action<CallMemory> Compile()
    {
        ParameterExpression memory = Expression.Parameter(typeof(CallMemory));
        List<ParameterExpression> outs = [];
        List<Expression> arguments = [];
        foreach (ParameterInfo p in _method.GetParameters())
        {
            Type type = p.ParameterType;
            if (IsSpan(type, typeof(Span<>))) arguments.Add(Of(nameof(CallMemory.Writable), type, memory, Expression.Constant(p.Name)));
            else if (IsSpan(type, typeof(ReadOnlySpan<>))) arguments.Add(Of(nameof(CallMemory.Readable), type, memory, Expression.Constant(p.Name)));
            else if (type.IsByRefLike && type.Name.StartsWith("Triplet", StringComparison.Ordinal)) arguments.Add(Of(nameof(CallMemory.Triplet), type, memory));
            else if (IsSpan(type, typeof(LinearScores<>))) arguments.Add(Of(nameof(CallMemory.Scores), type, memory));
            else if (IsSpan(type, typeof(LinearGradients<>))) arguments.Add(Of(nameof(CallMemory.Linear), type, memory));
            else if (type == typeof(CtcTargets)) arguments.Add(Expression.Call(typeof(CallMemory), nameof(CallMemory.Targets), null, memory));
            else if (type.IsByRefLike) arguments.Add(Of(nameof(CallMemory.Options), type, memory));
            else if (p.IsOut) outs.Add(Expression.Variable(type.GetElementType()!));
            else arguments.Add(Expression.Constant(Scalar(p), type));
            if (p.IsOut) arguments.Add(outs[^1]);
        }

        return Expression.Lambda<Action<CallMemory>>(Expression.Block(typeof(void), outs, Expression.Call(_method, arguments)), memory).Compile();
    }

    private static MethodCallExpression Of(string helper, Type spanned, params Expression[] arguments) =>
        Expression.Call(typeof(CallMemory), helper, [spanned.GetGenericArguments()[0]], arguments);

    private static object? Scalar(ParameterInfo p) => p.Name switch
    {
        "columns" or "classCount" => Columns,
        "ties" => Ties.Expected,
        "bits" => 128,
        "k" => 1,
        "classes" => new ClassAxis(Columns),
        "loss" when p.ParameterType == typeof(NTXent) => new NTXent(0.5),
        "loss" when p.ParameterType == typeof(SigLip) => new SigLip(10, -10),
        "loss" when p.ParameterType == typeof(ClipLoss) => new ClipLoss(0.5),
        "loss" when p.ParameterType == typeof(SupCon) => new SupCon(0.5),
        "loss" when p.ParameterType == typeof(InfoNCE) => new InfoNCE(0.5),
        _ when !p.HasDefaultValue => Activator.CreateInstance(p.ParameterType),
        _ => p.DefaultValue ?? (p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null),
    };
}
