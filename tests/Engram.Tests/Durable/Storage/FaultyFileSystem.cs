using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Engram.Tests.Durable.Storage;

/// <summary>
/// A file system for SQLite that passes everything on to its own, tells of every change and can refuse it. Structures and numbers are those of
/// https://sqlite.org/c3ref/vfs.html and https://sqlite.org/c3ref/io_methods.html.
/// </summary>
internal sealed unsafe partial class FaultyFileSystem : IDisposable
{
    private const int Ok = 0, CannotOpen = 14, ReadOnly = 8;
    private const int OpenReadOnly = 1, OpenReadWrite = 2, OpenCreate = 4;
    private static readonly Vfs* Own = Find(null);
    private static readonly Methods* FileMethods = MakeMethods();
    private readonly Vfs* registered;
    private GCHandle self;

    public FaultyFileSystem()
    {
        self = GCHandle.Alloc(this);
        Name = $"faulty-{Guid.NewGuid():N}";
        registered = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *registered = *Own;
        registered->Size = sizeof(Opened) + Own->Size;
        registered->Next = null;
        registered->Name = (byte*)Marshal.StringToCoTaskMemUTF8(Name);
        registered->Data = (void*)GCHandle.ToIntPtr(self);
        registered->Open = &Open;
        registered->Delete = &Delete;
        Assert.Equal(Ok, Register(registered, 0));
    }

    /// <summary>For <c>Vfs=</c> of a connection.</summary>
    public string Name { get; }

    /// <summary>Is told of each change before it is made; what it returns is 0, or the code of the error in its place.</summary>
    public Func<FileChange, int> Changing { get; set; } = _ => Ok;

    /// <summary>Whether files can only be read and none made, as in a folder without rights.</summary>
    public bool IsReadOnly { get; set; }

    public void Dispose()
    {
        _ = Unregister(registered);
        Marshal.FreeCoTaskMem((nint)registered->Name);
        NativeMemory.Free(registered);
        self.Free();
    }

    private static FaultyFileSystem Of(void* handle) => (FaultyFileSystem)GCHandle.FromIntPtr((nint)handle).Target!;

    // A temporary file has no name.
    private static int Ask(Opened* file, FileChangeKind kind, long at, ReadOnlySpan<byte> bytes) => file->Path is null
        ? Ok
        : Of(file->Owner).Changing(new(kind, Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(file->Path)), at, bytes.ToArray()));

    private static Base* BaseOf(Opened* file) => (Base*)(file + 1);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* path, Opened* file, int flags, int* outFlags)
    {
        FaultyFileSystem owner = Of(vfs->Data);
        *file = new() { Owner = vfs->Data, Path = path };
        string? name = path is null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path));
        bool isNew = name is not null && (flags & OpenCreate) != 0 && !File.Exists(name);
        if (owner.IsReadOnly)
        {
            if (isNew) return CannotOpen;
            flags = (flags & ~(OpenReadWrite | OpenCreate)) | OpenReadOnly;
        }
        if (isNew && owner.Changing(new(FileChangeKind.Create, name!, 0, [])) is int refused and not Ok) return refused;
        int code = Own->Open(Own, path, (Opened*)BaseOf(file), flags, outFlags);
        if (BaseOf(file)->Methods is not null) file->Methods = FileMethods;
        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* path, int syncs)
    {
        string name = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path));
        FaultyFileSystem owner = Of(vfs->Data);
        if (owner.IsReadOnly) return ReadOnly;
        int refused = File.Exists(name) ? owner.Changing(new(FileChangeKind.Delete, name, syncs, [])) : Ok;
        return refused != Ok ? refused : Own->Delete(Own, path, syncs);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(Opened* file, byte* bytes, int count, long at)
    {
        int refused = Ask(file, FileChangeKind.Write, at, new(bytes, count));
        return refused != Ok ? refused : BaseOf(file)->Methods->Write((Opened*)BaseOf(file), bytes, count, at);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(Opened* file, long length)
    {
        int refused = Ask(file, FileChangeKind.Truncate, length, []);
        return refused != Ok ? refused : BaseOf(file)->Methods->Truncate((Opened*)BaseOf(file), length);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(Opened* file, int flags)
    {
        int refused = Ask(file, FileChangeKind.Sync, 0, []);
        return refused != Ok ? refused : BaseOf(file)->Methods->Sync((Opened*)BaseOf(file), flags);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmMap(Opened* file, int region, int size, int extends, void** memory)
    {
        if (Of(file->Owner).IsReadOnly)
        {
            *memory = null;
            return CannotOpen;
        }
        return BaseOf(file)->Methods->ShmMap((Opened*)BaseOf(file), region, size, extends, memory);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(Opened* file) => BaseOf(file)->Methods->Close((Opened*)BaseOf(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(Opened* file, byte* bytes, int count, long at) => BaseOf(file)->Methods->Read((Opened*)BaseOf(file), bytes, count, at);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(Opened* file, long* size) => BaseOf(file)->Methods->FileSize((Opened*)BaseOf(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(Opened* file, int level) => BaseOf(file)->Methods->Lock((Opened*)BaseOf(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(Opened* file, int level) => BaseOf(file)->Methods->Unlock((Opened*)BaseOf(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(Opened* file, int* isHeld) => BaseOf(file)->Methods->CheckReservedLock((Opened*)BaseOf(file), isHeld);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(Opened* file, int operation, void* argument) => BaseOf(file)->Methods->FileControl((Opened*)BaseOf(file), operation, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(Opened* file) => BaseOf(file)->Methods->SectorSize((Opened*)BaseOf(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DeviceCharacteristics(Opened* file) => BaseOf(file)->Methods->DeviceCharacteristics((Opened*)BaseOf(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(Opened* file, int offset, int count, int flags) => BaseOf(file)->Methods->ShmLock((Opened*)BaseOf(file), offset, count, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ShmBarrier(Opened* file) => BaseOf(file)->Methods->ShmBarrier((Opened*)BaseOf(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmUnmap(Opened* file, int deletes) => BaseOf(file)->Methods->ShmUnmap((Opened*)BaseOf(file), deletes);

    // Version 2: without the mapping of the file into memory.
    private static Methods* MakeMethods()
    {
        Methods* methods = (Methods*)NativeMemory.AllocZeroed((nuint)sizeof(Methods));
        *methods = new()
        {
            Version = 2, Close = &Close, Read = &Read, Write = &Write, Truncate = &Truncate, Sync = &Sync, FileSize = &FileSize, Lock = &Lock, Unlock = &Unlock,
            CheckReservedLock = &CheckReservedLock, FileControl = &FileControl, SectorSize = &SectorSize, DeviceCharacteristics = &DeviceCharacteristics,
            ShmMap = &ShmMap, ShmLock = &ShmLock, ShmBarrier = &ShmBarrier, ShmUnmap = &ShmUnmap,
        };
        return methods;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    private static partial Vfs* Find(byte* name);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    private static partial int Register(Vfs* vfs, int isDefault);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_unregister")]
    private static partial int Unregister(Vfs* vfs);

    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version, Size, MostPath;
        public Vfs* Next;
        public byte* Name;
        public void* Data;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, Opened*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;
        public void* Access, FullPathname, DlOpen, DlError, DlSym, DlClose, Randomness, Sleep, CurrentTime, GetLastError, CurrentTimeInt64, SetSystemCall, GetSystemCall, NextSystemCall;
    }

    // SQLite's own file follows it in memory.
    [StructLayout(LayoutKind.Sequential)]
    private struct Opened
    {
        public Methods* Methods;
        public void* Owner;
        public byte* Path;
        public void* Padding;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Base
    {
        public Methods* Methods;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Methods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<Opened*, int> Close;
        public delegate* unmanaged[Cdecl]<Opened*, byte*, int, long, int> Read, Write;
        public delegate* unmanaged[Cdecl]<Opened*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<Opened*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<Opened*, long*, int> FileSize;
        public delegate* unmanaged[Cdecl]<Opened*, int, int> Lock, Unlock;
        public delegate* unmanaged[Cdecl]<Opened*, int*, int> CheckReservedLock;
        public delegate* unmanaged[Cdecl]<Opened*, int, void*, int> FileControl;
        public delegate* unmanaged[Cdecl]<Opened*, int> SectorSize, DeviceCharacteristics;
        public delegate* unmanaged[Cdecl]<Opened*, int, int, int, void**, int> ShmMap;
        public delegate* unmanaged[Cdecl]<Opened*, int, int, int, int> ShmLock;
        public delegate* unmanaged[Cdecl]<Opened*, void> ShmBarrier;
        public delegate* unmanaged[Cdecl]<Opened*, int, int> ShmUnmap;
    }
}
