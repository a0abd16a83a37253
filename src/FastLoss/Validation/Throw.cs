using System.Diagnostics.CodeAnalysis;

namespace FastLoss.Validation;

/// <summary>The messages. Kept out of line so that a check costs its caller one compare and one branch.</summary>
internal static class Throw
{
    /// <summary>The keyword of an element type.</summary>
    public static string Name(Type type) => type == typeof(float) ? "float" : type == typeof(double) ? "double" : type.ToString();

    [DoesNotReturn]
    public static void LengthsDiffer(string name, int length, string otherName, int otherLength) =>
        throw new ArgumentException($"{name} has {length} elements and {otherName} has {otherLength}; they must be equal.", name);

    [DoesNotReturn]
    public static void LengthIsNot(string name, int length, long expected, string why) =>
        throw new ArgumentException($"{name} has {length} elements; {why} needs {expected}.", name);

    [DoesNotReturn]
    public static void NotWholeRows(string name, int length, int columns) =>
        throw new ArgumentException($"{name} has {length} elements, which is not a whole number of rows of {columns}.", name);

    [DoesNotReturn]
    public static void BelowMinimum(string name, long value, long minimum) =>
        throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least {minimum}.");

    [DoesNotReturn]
    public static void OutOfRange(string name, object value, string allowed) =>
        throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be {allowed}.");

    [DoesNotReturn]
    public static void LabelOutOfRange(string name, int index, object label, int classCount) =>
        throw new ArgumentOutOfRangeException(
            name, label, $"{name}[{index}] is {label}; with {classCount} classes a label is 0 to {classCount - 1}.");

    [DoesNotReturn]
    public static void ElementOutOfRange(string name, int index, object value, string allowed) =>
        throw new ArgumentOutOfRangeException(name, value, $"{name}[{index}] is {value}; it must be {allowed}.");

    [DoesNotReturn]
    public static void SizesDiffer(string name, int size, int own, string what) =>
        throw new ArgumentException($"{name} has {size} {what} and this has {own}; they must be equal.", name);

    [DoesNotReturn]
    public static void PartialOverlap(string name, string otherName) =>
        throw new ArgumentException($"{name} overlaps {otherName} in part; it must be exactly {otherName} or not overlap it.", name);

    [DoesNotReturn]
    public static void Overlap(string name, string otherName) =>
        throw new ArgumentException($"{name} overlaps {otherName}; it must not.", name);

    [DoesNotReturn]
    public static void UnsupportedType(Type type) =>
        throw new NotSupportedException($"{type} is not supported; the element type is float or double.");

    [DoesNotReturn]
    public static void IndexOutOfRange(string name, int index, int count) =>
        throw new ArgumentOutOfRangeException(name, index, $"{name} is {index}; with {count} elements an index is 0 to {count - 1}.");

    [DoesNotReturn]
    public static void StepTooSmall(string name, object step, object x) =>
        throw new ArgumentOutOfRangeException(name, step, $"{name} gives a step of {step}, too small to change x = {x}.");

    [DoesNotReturn]
    public static void OutOfBounds(string name, int index, object value, object lower, object upper) =>
        throw new ArgumentOutOfRangeException(name, value, $"{name}[{index}] is {value}; its bounds are {lower} to {upper}.");

    [DoesNotReturn]
    public static void Exclusive(string name, string first, object firstValue, string second, object secondValue) =>
        throw new ArgumentException($"{name} has both {first} = {firstValue} and {second} = {secondValue}; set one.", name);
}
