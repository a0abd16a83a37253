using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Supply;

/// <summary>What a reader of the reference must find: members' documentation, calls' errors, routines' NaN and error bound.</summary>
public partial class DocumentationTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<string, XElement> s_documents = new[] { "FastLoss.xml", "FastLoss.Testing.xml" }
        .SelectMany(file => XDocument.Load(Path.Combine(AppContext.BaseDirectory, file)).Descendants("member"))
        .ToDictionary(m => m.Attribute("name")!.Value);

    private static readonly Type[] s_types = [.. typeof(Loss).Assembly.GetExportedTypes(), .. typeof(FastLoss.Testing.LossLaws).Assembly.GetExportedTypes()];

    [Fact]
    public void Every_public_member_is_documented()
    {
        Assert.True(s_types.Length > 80);
        Assert.All(s_types, t => Assert.True(Document(DocumentationId.Of(t)) is not null, $"{t} has no documentation"));
        Assert.All(s_types.SelectMany(Members), m => Assert.True(IsDocumented(m), $"{DocumentationId.Of(m)} has no documentation"));
    }

    /// <summary>Spans come with lengths that can be wrong, so a call that takes one says which exceptions it throws, or where that is said.</summary>
    [Fact]
    public void Every_static_call_that_takes_a_span_names_its_errors()
    {
        MethodInfo[] calls = [.. s_types.SelectMany(t => t.GetMethods(Declared)).Where(m => m.IsStatic && TakesSpan(m.GetParameters()))];
        Assert.True(calls.Length > 80);
        Assert.All(calls, m => Assert.True(
            Document(DocumentationId.Of(m))?.Elements().Any(e => e.Name == "exception" || e.Name == "inheritdoc") == true,
            $"{DocumentationId.Of(m)} names no exception"));
    }

    /// <summary>Losses and activations: a formula, what NaN gives, and how exact the result is.</summary>
    [Fact]
    public void Every_routine_has_its_formula_its_NaN_and_its_bound()
    {
        Type[] routines = [.. s_types.Where(t => IsLoss(t) || IsActivation(t))];
        Assert.True(routines.Length > 45);
        Assert.All(routines, t =>
        {
            string text = Document(DocumentationId.Of(t))?.Value ?? "";
            Assert.True(text.Contains("NaN", StringComparison.Ordinal), $"{t.Name} does not say what NaN gives");
            Assert.True(Bound().IsMatch(text), $"{t.Name} does not say how exact it is");
            Assert.True(Formula().IsMatch(text), $"{t.Name} has no formula");
        });
    }

    private static XElement? Document(string id) =>
        s_documents.GetValueOrDefault(id) is { } document && (document.Value.Trim().Length > 0 || document.Element("inheritdoc") is not null)
            ? document : null;

    /// <summary>A record's parameters are documented with it.</summary>
    private static bool IsDocumented(MemberInfo member) =>
        Document(DocumentationId.Of(member)) is not null || Parameters(member.DeclaringType!).Contains(member.Name);

    private static IEnumerable<string?> Parameters(Type record) =>
        Document(DocumentationId.Of(record))?.Elements("param").Select(p => p.Attribute("name")?.Value) ?? [];

    /// <summary>What somebody wrote: not accessors, not what the compiler makes of records, enumerations and structs.</summary>
    private static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(Declared).Where(m =>
        !type.IsSubclassOf(typeof(Delegate))
        && m is not Type and not EventInfo
        && !m.IsDefined(typeof(CompilerGeneratedAttribute))
        && !(m is MethodInfo { IsSpecialName: true } && (m.Name.StartsWith("get_", StringComparison.Ordinal) || m.Name.StartsWith("set_", StringComparison.Ordinal)))
        && !(m is FieldInfo { IsSpecialName: true })
        && !(m is ConstructorInfo constructor && constructor.GetParameters().Select(p => p.Name).SequenceEqual(Parameters(type))));

    /// <summary>Not what the framework's interfaces of numbers ask for.</summary>
    private static bool TakesSpan(ParameterInfo[] parameters) =>
        parameters.Any(p => p.ParameterType.Name is "Span`1" or "ReadOnlySpan`1") && parameters.All(p => p.ParameterType != typeof(IFormatProvider));

    private static bool IsLoss(Type type) => type.IsValueType
        && (type.GetInterfaces().Any(i => i.Name is nameof(IElementwiseLoss) or nameof(ILabelLoss) or nameof(ITargetLoss))
            || typeof(Loss).GetMethods().Any(m => m.Name == nameof(Loss.Evaluate) && m.GetParameters()[0].ParameterType == type));

    private static bool IsActivation(Type type) => type.IsAbstract && type.IsSealed && type != typeof(Activation)
        && type.GetMethods(Declared).Select(m => m.Name).Intersect([nameof(Softmax.Compute), nameof(Softmax.Backward)]).Count() == 2;

    [GeneratedRegex("ULP|[Ww]ithin|error|[Ee]xact|rounded|digits|accuracy")]
    private static partial Regex Bound();

    [GeneratedRegex(@"\w\s?[-+*/^=<>]\s?[\w(]|ln|\|e\||max\(")]
    private static partial Regex Formula();
}
