using Engram.Durable.Storage;
using Engram.Tests.Datasets;
using static Engram.Tests.Durable.Storage.SampleRows;

namespace Engram.Tests.Durable.Storage;

/// <summary>
/// A damaged file is refused or read rightly, never wrongly. <c>ENGRAM_FLIPS</c> says how many bits are flipped, each in a copy of its own;
/// 10,000 take a minute.
/// </summary>
public sealed class DamagedFileTests : IDisposable
{
    private const int Block = 512;
    private static readonly int Flips = Amount.Of("ENGRAM_FLIPS", 400);
    private readonly TemporaryFolder folder = new();
    private readonly Random random = new(2026);
    private byte[] whole;
    private string digest;

    public DamagedFileTests()
    {
        using EngramStore store = EngramStore.Open(Place, create: true);
        for (int lesson = 1; lesson <= 3; lesson++) store.Write(writer =>
            {
                Learn(writer, lesson, held: 6);
                writer.PutState(StateOwner.Version, lesson, State(lesson, 3500));
            });
        store.Write(writer =>
        {
            writer.Put(Unfinished());
            for (int i = 0; i < 20; i++) writer.Put(Key($"{i:x8}"));
            for (int i = 0; i < 8; i++) writer.Put(Feedback($"p-{i}") with { Input = Bytes(i, 900) });
        });
        store.Compact();
        digest = StoreDigest.Of(store);
        whole = File.ReadAllBytes(Place);
    }

    private string Place => folder["line3.engram"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_flipped_bit_is_refused_or_changes_nothing()
    {
        int refused = 0;
        for (int flip = 0; flip < Flips; flip++)
        {
            int bit = random.Next(whole.Length * 8);
            refused += Damage(bytes => bytes[bit / 8] ^= (byte)(1 << (bit % 8)), $"bit {bit % 8} of byte {bit / 8}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{refused} of {Flips} refused, {whole.Length} bytes");
        Assert.InRange(refused, Flips / 3, Flips);
    }

    [Fact]
    public void Every_byte_of_the_header_is_refused_or_changes_nothing()
    {
        for (int at = 0; at < 140; at++)
            Damage(bytes => bytes[at] ^= (byte)(1 << (at * 5 % 8)), $"bit {at * 5 % 8} of byte {at}");

        Assert.Equal(0, Damage(_ => { }, "nothing"));
    }

    [Fact]
    public void A_file_that_was_cut_off_is_refused_or_changes_nothing()
    {
        int refused = 0;
        for (int cut = 0; cut < 200; cut++)
        {
            int length = cut % 2 == 0 ? random.Next(whole.Length) : random.Next(whole.Length / Block) * Block;
            refused += Try(whole[..length], $"cut off at {length}");
        }

        Assert.Equal(200, refused);
    }

    [Fact]
    public void Blocks_of_zeros_are_refused_or_change_nothing()
    {
        int refused = 0;
        for (int i = 0; i < 200; i++)
        {
            int at = random.Next(whole.Length / Block) * Block;
            refused += Damage(bytes => bytes.AsSpan(at, Block).Clear(), $"zeros at {at}");
        }

        Assert.InRange(refused, 80, 200);
    }

    [Fact]
    public void Blocks_and_pages_in_the_place_of_others_are_refused_or_change_nothing()
    {
        for (int i = 0; i < 60; i++)
        {
            int size = i % 2 == 0 ? Block : 4096, from = random.Next(whole.Length / size) * size, to = random.Next(whole.Length / size) * size;
            Damage(bytes => whole.AsSpan(from, size).CopyTo(bytes.AsSpan(to)), $"{size} bytes of {from} at {to}");
        }

        Assert.Equal(0, Damage(_ => { }, "nothing"));
    }

    [Fact]
    public void A_page_in_the_place_of_another_of_its_table_is_refused_or_changes_nothing()
    {
        const int Page = 4096;
        using (EngramStore store = EngramStore.Open(Place, create: true))
        {
            store.Write(writer =>
            {
                for (int number = 1; number < 600; number++) writer.Put(Class(number) with { Name = $"class {number:D4}" });
            });
            store.Compact();
            (whole, digest) = (File.ReadAllBytes(Place), StoreDigest.Of(store));
        }

        int refused = 0, pages = whole.Length / Page;
        for (int page = 2; page < pages; page++) refused += Damage(bytes => whole.AsSpan((page - 1) * Page, Page).CopyTo(bytes.AsSpan(page * Page)), $"page {page - 1} at {page}");

        Assert.InRange(refused, 10, pages);
    }

    private int Damage(Action<byte[]> damage, string how)
    {
        byte[] bytes = [.. whole];
        damage(bytes);
        return Try(bytes, how);
    }

    // 1 where it is refused.
    private int Try(byte[] bytes, string how)
    {
        File.WriteAllBytes(Place, bytes);
        bool isRefused = false;
        string? read = null;
        try
        {
            using EngramStore store = EngramStore.Open(Place, create: false);
            read = StoreDigest.Of(store);
        }
        catch (EngramException error)
        {
            isRefused = true;
            Assert.True(error.Code is "damaged-engram" or "not-an-engram" or "newer-engram" or "no-engram" or "unknown-version" or "cannot-read", $"{how}: {error.Code}: {error.Message}");
        }
        catch (Exception error)
        {
            Assert.Fail($"{how}: {error}");
        }
        Assert.True(isRefused || read == digest, $"{how}: read wrongly");
        foreach (string log in (string[])["-wal", "-shm", "-journal"]) File.Delete(Place + log);
        return isRefused ? 1 : 0;
    }
}
