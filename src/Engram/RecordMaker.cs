using System.Reflection;
using System.Reflection.Emit;

namespace Engram;

/// <summary>
/// Makes types at run time that hold records of settings, so that what is put together at run time has settings like everything else:
/// one property for each, named as wanted, with a new record as its default.
/// </summary>
/// <param name="name">Of the assembly that holds the types.</param>
internal sealed class RecordMaker(string name)
{
    private const MethodAttributes Accessor = MethodAttributes.Public | MethodAttributes.SpecialName | MethodAttributes.HideBySig;
    private readonly ModuleBuilder module = AssemblyBuilder.DefineDynamicAssembly(new(name), AssemblyBuilderAccess.Run).DefineDynamicModule(name);

    /// <summary>Makes one type; its name must be new.</summary>
    public Type Make(string typeName, IEnumerable<(string Name, Type Type)> records)
    {
        TypeBuilder type = module.DefineType(typeName, TypeAttributes.Public | TypeAttributes.Sealed);
        ILGenerator constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, []).GetILGenerator();
        foreach (var (name, record) in records)
        {
            FieldBuilder field = type.DefineField($"<{name}>", record, FieldAttributes.Private);
            Emit(constructor, (OpCodes.Ldarg_0, null), (OpCodes.Newobj, record.GetConstructor([])), (OpCodes.Stfld, field));
            MethodBuilder get = type.DefineMethod($"get_{name}", Accessor, record, []), set = type.DefineMethod($"set_{name}", Accessor, null, [record]);
            Emit(get.GetILGenerator(), (OpCodes.Ldarg_0, null), (OpCodes.Ldfld, field), (OpCodes.Ret, null));
            Emit(set.GetILGenerator(), (OpCodes.Ldarg_0, null), (OpCodes.Ldarg_1, null), (OpCodes.Stfld, field), (OpCodes.Ret, null));
            PropertyBuilder property = type.DefineProperty(name, PropertyAttributes.None, record, null);
            property.SetGetMethod(get);
            property.SetSetMethod(set);
        }
        Emit(constructor, (OpCodes.Ldarg_0, null), (OpCodes.Call, typeof(object).GetConstructor([])), (OpCodes.Ret, null));
        return type.CreateType();
    }

    private static void Emit(ILGenerator code, params (OpCode Code, MemberInfo? Member)[] instructions)
    {
        foreach (var (instruction, member) in instructions)
        {
            if (member is FieldInfo field) code.Emit(instruction, field);
            else if (member is ConstructorInfo constructor) code.Emit(instruction, constructor);
            else code.Emit(instruction);
        }
    }
}
