using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Engram.Tests;

/// <summary>Which methods of an assembly call which, read from their compiled code.</summary>
internal sealed class CallGraph
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (int)(ushort)code.Value);

    public CallGraph(Assembly assembly) => Calls = [.. assembly.GetTypes()
        .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .OfType<MethodBase>()
        .Where(method => method.GetMethodBody() is not null)
        .SelectMany(method => Callees(method).Select(call => (method, call.Method, call.Offset)))];

    /// <summary>A method of the assembly, one it calls, and where in its code.</summary>
    public IReadOnlyList<(MethodBase Caller, MethodBase Callee, int Offset)> Calls { get; }

    /// <summary>The methods, and all that call them at last.</summary>
    public HashSet<MethodBase> CallersOf(IEnumerable<MethodBase> methods)
    {
        HashSet<MethodBase> found = [.. methods];
        ILookup<MethodBase, MethodBase> callers = Calls.ToLookup(call => call.Callee, call => call.Caller);
        Queue<MethodBase> open = new(found);
        while (open.TryDequeue(out MethodBase? method))
            foreach (MethodBase caller in callers[method].Where(found.Add)) open.Enqueue(caller);
        return found;
    }

    private static IEnumerable<(MethodBase Method, int Offset)> Callees(MethodBase method)
    {
        byte[] code = method.GetMethodBody()!.GetILAsByteArray()!;
        for (int at = 0; at < code.Length;)
        {
            int value = code[at++];
            if (value == 0xFE) value = value << 8 | code[at++];
            OpCode operation = OpCodesByValue[value];
            if (operation.OperandType == OperandType.InlineMethod && Resolve(method, BitConverter.ToInt32(code, at)) is { } callee) yield return (callee, at);
            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }

    /// <summary>File and line of a place in a method's code, from the symbols beside the assembly.</summary>
    public static string Line(MethodBase method, int offset)
    {
        using var symbols = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.ChangeExtension(method.Module.Assembly.Location, ".pdb")));
        MetadataReader reader = symbols.GetMetadataReader();
        SequencePoint point = reader.GetMethodDebugInformation(MetadataTokens.MethodDefinitionHandle(method.MetadataToken)).GetSequencePoints().Last(point => !point.IsHidden && point.Offset <= offset);
        return $"{Path.GetFileName(reader.GetString(reader.GetDocument(point.Document).Name))}:{point.StartLine}";
    }

    // A method of a generic type counts as its definition.
    private static MethodBase? Resolve(MethodBase method, int token)
    {
        Type[] ofType = method.DeclaringType?.GetGenericArguments() ?? [], ofMethod = method is MethodInfo { IsGenericMethodDefinition: true } generic ? generic.GetGenericArguments() : [];
        return method.Module.ResolveMethod(token, ofType, ofMethod) is { } found && found.DeclaringType is { IsGenericType: false } ? found : null;
    }
}
