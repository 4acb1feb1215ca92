using System.Buffers.Text;
using System.Text.Json.Nodes;
using Engram.Durable;
using Engram.Durable.Access;
using Engram.Tests.Durable.Storage;

namespace Engram.Tests.Durable.Access;

public sealed class KeyTests : IDisposable
{
    private readonly Months months = new();

    public void Dispose() => months.Dispose();

    [Fact]
    public void A_key_is_found_by_its_secret_and_by_no_other()
    {
        using DurableLearner learner = months.Open();
        NewKey camera = learner.AddKey("camera 2", AccessRole.Learn), boss = learner.AddKey("boss", AccessRole.Admin);

        KeyRing ring = learner.Keyring();

        Assert.Matches("^engram_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$", camera.Secret);
        Assert.Equal(camera.Key, ring.Find(camera.Secret));
        Assert.Equal(boss.Key, ring.Find(boss.Secret));
        Assert.False(ring.IsEmpty);
        string swapped = camera.Secret.Replace(camera.Key.Id, boss.Key.Id, StringComparison.Ordinal), unknown = camera.Secret.Replace(camera.Key.Id, "00000000", StringComparison.Ordinal);
        Assert.All(["", "engram", "engram__", $"engram_{camera.Key.Id}_", camera.Secret[..^1], camera.Secret + "A", camera.Secret[1..], camera.Secret.ToUpperInvariant(), swapped, unknown, $"engram_{camera.Key.Id}_{new string('A', 43)}", $"engram_{camera.Key.Id}_{new string('?', 43)}"],
            wrong => Assert.Null(ring.Find(wrong)));
    }

    [Fact]
    public void No_letter_of_a_secret_can_be_another()
    {
        using DurableLearner learner = months.Open();
        string secret = learner.AddKey("camera", AccessRole.Read).Secret;
        KeyRing ring = learner.Keyring();

        for (int place = 0; place < secret.Length; place++)
            foreach (char other in (char[])['A', 'B', 'C', 'D', 'x', '-', '_', '0'])
                if (secret[place] != other) Assert.Null(ring.Find($"{secret[..place]}{other}{secret[(place + 1)..]}"));
    }

    [Fact]
    public void Keys_and_a_first_lesson_come_in_any_order_and_survive_reopening()
    {
        NewKey before;
        using (DurableLearner learner = months.Open(Months.Small("slda")))
        {
            before = learner.AddKey("before", AccessRole.Admin);
            Assert.Equal(0, learner.Version);
        }
        using (DurableLearner empty = DurableLearner.Open(months.Engram, Months.Assemblies)) Assert.Equal(before.Key, empty.Keyring().Find(before.Secret));
        using (DurableLearner learner = months.Open(Months.Small("slda"))) learner.Teach(months.Table("january", 100, "ab", 1));

        using DurableLearner again = DurableLearner.Open(months.Engram, Months.Assemblies);
        NewKey after = again.AddKey("after", AccessRole.Read);

        Assert.Equal(1, again.Version);
        Assert.Equal([before.Key, after.Key], again.Keys());
        Assert.Equal(["add-key", "learn", "add-key"], again.History().Events.Select(one => one.What));
        Assert.Empty(again.Problems());
    }

    [Fact]
    public void A_revoked_key_opens_nothing_stays_in_the_list_and_frees_its_name()
    {
        using DurableLearner learner = months.Open();
        NewKey first = learner.AddKey("camera", AccessRole.Read);
        KeyRing earlier = learner.Keyring();

        AccessKey revoked = learner.RevokeKey("camera");

        Assert.NotNull(revoked.Revoked);
        Assert.NotNull(earlier.Find(first.Secret)); // a ring is of one moment
        Assert.Null(learner.Keyring().Find(first.Secret));
        Assert.True(learner.Keyring().IsEmpty);
        NewKey second = learner.AddKey("camera", AccessRole.Learn);
        Assert.Equal([revoked, second.Key], learner.Keys());
        Assert.Contains("was revoked on", Assert.Throws<EngramException>(() => learner.RevokeKey(first.Key.Id)).Message);
        Assert.Equal(second.Key.Id, learner.RevokeKey("camera").Id);
        Assert.Equal("revoked-key", Assert.Throws<EngramException>(() => learner.RevokeKey("camera")).Code);
        Assert.Equal("unknown-key", Assert.Throws<EngramException>(() => learner.RevokeKey("nobody")).Code);
    }

    [Theory]
    [InlineData("camera", "key-exists")]
    [InlineData("", "wrong-name")]
    [InlineData("  ", "wrong-name")]
    [InlineData("two\nlines", "wrong-name")]
    public void A_name_is_of_one_key_and_can_be_read(string name, string code)
    {
        using DurableLearner learner = months.Open();
        string id = learner.AddKey("camera", AccessRole.Read).Key.Id;

        Assert.Equal(code, Assert.Throws<EngramException>(() => learner.AddKey(name, AccessRole.Admin)).Code);
        Assert.Equal("key-exists", Assert.Throws<EngramException>(() => learner.AddKey(id, AccessRole.Admin)).Code);
        Assert.Single(learner.Keys());
    }

    [Fact]
    public void A_secret_of_another_learner_opens_nothing()
    {
        using DurableLearner learner = months.Open(), other = DurableLearner.OpenOrCreate(Path.Combine(months.Folder, "other.engram"));
        NewKey own = learner.AddKey("camera", AccessRole.Read), strange = other.AddKey("camera", AccessRole.Read);

        Assert.Null(learner.Keyring().Find(strange.Secret));
        Assert.Equal(own.Key, learner.Keyring().Find(own.Secret));
    }

    [Fact]
    public void The_secret_is_nowhere_in_the_file_or_in_the_events()
    {
        using DurableLearner learner = months.Open(Months.Small("slda"));
        NewKey key = learner.AddKey("camera", AccessRole.Read);
        string letters = key.Secret[^43..];
        learner.Teach(months.Table("january", 100, "ab", 1));
        learner.RevokeKey("camera");

        byte[] file = File.ReadAllBytes(months.Engram);

        Assert.Equal(-1, file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(letters)));
        Assert.Equal(-1, file.AsSpan().IndexOf(Base64Url.DecodeFromChars(letters)));
        Assert.DoesNotContain(letters, key.ToString());
        PastEventIs("add-key");
        PastEventIs("revoke-key");

        void PastEventIs(string what)
        {
            JsonNode detail = JsonNode.Parse(learner.History().Events.Single(one => one.What == what).Detail)!;
            Assert.Equal((key.Key.Id, "camera", "read"), (detail["id"]!.ToString(), detail["name"]!.ToString(), detail["role"]!.ToString()));
        }
    }

    [Theory]
    [InlineData("UPDATE keys SET role = 'admin'")]
    [InlineData("UPDATE keys SET revoked = NULL")]
    [InlineData("UPDATE keys SET digest = zeroblob(32)")]
    [InlineData("DELETE FROM keys")]
    public void A_key_that_was_tampered_with_is_refused(string change)
    {
        using DurableLearner learner = months.Open();
        learner.AddKey("camera", AccessRole.Read);
        learner.RevokeKey("camera");

        SqliteFile.Execute(months.Engram, change);

        Assert.Equal("damaged-engram", Assert.Throws<EngramException>(() => learner.Keyring()).Code);
        Assert.NotEmpty(learner.Problems());
    }

    [Fact]
    public void Keys_are_added_while_somebody_holds_the_learner_for_a_lesson()
    {
        using DurableLearner learner = months.Open(Months.Small("slda")), other = months.Open();
        learner.Teach(months.Table("january", 100, "ab", 1));
        using IDisposable held = learner.File.Store.HoldForWriting("learn february");

        NewKey key = other.AddKey("camera", AccessRole.Read);

        Assert.Equal(key.Key, learner.Keyring().Find(key.Secret));
    }

    [Fact]
    public void A_learner_of_an_older_Engram_answers_as_before_and_takes_keys()
    {
        string today = months.Table("today", 40, "ab", 9, labels: false);
        IReadOnlyList<float> before;
        using (DurableLearner learner = months.Open(Months.Small("slda")))
        {
            learner.Teach(months.Table("january", 100, "ab", 1));
            before = [.. learner.Guess(today).Select(answer => answer.Probability)];
        }
        SqliteFile.MakeOlder(months.Engram);

        using DurableLearner again = months.Open(Months.Small("slda"));
        Assert.Equal(before, again.Guess(today).Select(answer => answer.Probability));
        Assert.Empty(again.Keys());
        Assert.True(again.Keyring().IsEmpty);
        NewKey key = again.AddKey("camera", AccessRole.Read);

        Assert.Equal(key.Key, again.Keyring().Find(key.Secret));
        Assert.Equal(2, again.Teach(months.Table("february", 100, "bc", 2)).Version);
        Assert.Empty(again.Problems());
    }

    [Fact]
    public void Roles_include_those_before_them() => Assert.True(AccessRole.Read < AccessRole.Learn && AccessRole.Learn < AccessRole.Admin);
}
