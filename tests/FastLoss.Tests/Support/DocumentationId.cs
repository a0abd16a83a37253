using System.Reflection;

namespace FastLoss.Tests.Support;

/// <summary>The identifiers that the compiler's XML documentation gives to types and members.</summary>
internal static class DocumentationId
{
    public static string Of(Type type) => "T:" + Name(type);

    public static string Of(MemberInfo member) => member switch
    {
        MethodBase method => $"M:{Path(method)}{Arity(method)}{Parameters(method.GetParameters())}{Conversion(method)}",
        PropertyInfo property => $"P:{Path(property)}{Parameters(property.GetIndexParameters())}",
        FieldInfo field => $"F:{Path(field)}",
        Type nested => Of(nested),
        _ => throw new ArgumentException($"{member} is of no kind that is documented.", nameof(member)),
    };

    private static string Path(MemberInfo member) => $"{Name(member.DeclaringType!)}.{member.Name.Replace('.', '#')}";

    private static string Arity(MethodBase method) => method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length > 0 ? $"({string.Join(',', parameters.Select(p => Reference(p.ParameterType)))})" : "";

    private static string Conversion(MethodBase method) =>
        method is MethodInfo { Name: "op_Implicit" or "op_Explicit" } conversion ? $"~{Reference(conversion.ReturnType)}" : "";

    /// <summary>A type where it is used: with its arguments, and parameters by their place.</summary>
    private static string Reference(Type type)
    {
        if (type.IsGenericMethodParameter) return $"``{type.GenericParameterPosition}";
        if (type.IsGenericTypeParameter) return $"`{type.GenericParameterPosition}";
        if (type.IsByRef) return Reference(type.GetElementType()!) + "@";
        if (type.IsPointer) return Reference(type.GetElementType()!) + "*";
        if (type.IsArray) return Reference(type.GetElementType()!) + "[]";
        if (!type.IsGenericType) return Name(type);
        return $"{Name(type.GetGenericTypeDefinition()).Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(Reference))}}}";
    }

    private static string Name(Type type) => type.FullName!.Replace('+', '.');
}
