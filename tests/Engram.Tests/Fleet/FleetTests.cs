using System.Net;
using Engram.Durable;
using Engram.Fleet;
using Engram.Tests.Durable.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.GrainDirectory;
using Orleans.Runtime;

namespace Engram.Tests.Fleet;

public sealed class FleetTests : IDisposable
{
    private readonly PostgresDatabase database = new();

    public void Dispose() => database.Dispose();

    [Fact]
    public async Task A_learner_answers_and_learns_wherever_it_is_asked()
    {
        await using FleetHost one = await FleetHost.Start(database.Address), other = await FleetHost.Start(database.Address);
        var (inputs, labels) = Vectors.Lesson(1);
        var (more, their) = Vectors.Lesson(2, "bc");

        FleetLesson first = await one.Client.Learn("pump", "first", inputs, labels, Stop), second = await other.Client.Learn("pump", "second", more, their, Stop);
        FleetAnswer[] here = await one.Client.Predict("pump", [Vectors.Of('a'), Vectors.Of('c')], Stop), there = await other.Client.Predict("pump", [Vectors.Of('a'), Vectors.Of('c')], Stop);

        Assert.Equal((1, "first", 1, true), (first.Number, first.Name, first.Version, first.Promoted)); // given again by itself where a machine is too busy to answer
        Assert.Equal((2, 2, true), (second.Number, second.Version, second.Promoted));
        Assert.Equal(["a", "c"], here.Select(answer => answer.Label));
        Assert.Equal(here, there);
        Assert.All(here, answer => Assert.Equal(2, answer.Version));
        Assert.Equal(await one.Client.Of("pump").Where(begins: false), await other.Client.Of("pump").Where(begins: false));
        Assert.Single([one, other], host => host.Learners.Serves("pump"));
        Assert.Equal(1, await other.Client.Of("pump").Rollback(null));
        LearnerSummary summary = await one.Client.Of("pump").Summary();
        Assert.Equal((1, "slda"), (summary.Version, summary.Method));
        Assert.Equal(["a", "b"], summary.Classes.Order(StringComparer.Ordinal));
        Assert.Equal(["first", "second"], summary.Lessons);
    }

    [Fact]
    public async Task A_lesson_that_is_given_twice_is_learned_once_and_another_of_its_name_is_refused()
    {
        await using FleetHost one = await FleetHost.Start(database.Address);
        var (inputs, labels) = Vectors.Lesson(1);
        var (other, their) = Vectors.Lesson(2);

        FleetLesson first = await one.Client.Learn("pump", "first", inputs, labels, Stop);
        await one.Client.Learn("pump", "second", other, their, Stop);
        FleetLesson again = await one.Client.Learn("pump", "first", inputs, labels, Stop);
        await one.Client.Of("pump").Rollback(1);
        FleetLesson second = await one.Client.Learn("pump", "second", other, their, Stop);

        Assert.Equal(first with { WasLearned = true }, again);
        Assert.Equal((2, false, true), (second.Version, second.Promoted, second.WasLearned));
        EngramException refused = await Assert.ThrowsAsync<EngramException>(() => one.Client.Learn("pump", "first", other, their, Stop));
        Assert.Equal("lesson-exists", refused.Code);
    }

    [Fact]
    public async Task Errors_keep_their_code_between_processes()
    {
        await using FleetHost one = await FleetHost.Start(database.Address), other = await FleetHost.Start(database.Address);
        var (inputs, labels) = Vectors.Lesson(1);
        await one.Client.Learn("pump", "first", inputs, labels, Stop);

        foreach (FleetHost host in new[] { one, other })
        {
            Assert.Equal((ErrorKind.Input, "wrong-length"), await Failed(() => host.Client.Predict("pump", [[1, 2]], Stop)));
            Assert.Equal((ErrorKind.Input, "not-finite"), await Failed(() => host.Client.Predict("pump", [[.. Vectors.Of('a').Select(_ => float.NaN)]], Stop)));
            Assert.Equal((ErrorKind.Input, "nothing-learned"), await Failed(() => host.Client.Predict("fan", [[1, 2]], Stop)));
            Assert.Equal((ErrorKind.Input, "wrong-name"), await Failed(() => host.Client.Predict("no/name", [[1, 2]], Stop)));
            Assert.Equal((ErrorKind.Input, "unknown-learner"), await Failed(() => host.Client.Of("fan").Where(begins: false)));
            Assert.Equal((ErrorKind.Input, "wrong-lesson"), await Failed(() => host.Client.Learn("pump", "second", inputs, labels[1..], Stop)));
        }
    }

    /// <summary>As where a network parts two processes, and each thinks that the learner is its own.</summary>
    [Fact]
    public async Task Two_that_hold_the_same_learner_lose_no_lesson_of_one_another()
    {
        await using FleetHost one = await FleetHost.Start(database.Address, options => options.Cluster = "one"), other = await FleetHost.Start(database.Address, options => options.Cluster = "other");

        FleetLesson[] lessons = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            var (inputs, labels) = Vectors.Lesson(i);
            return await (i % 2 == 0 ? one : other).Client.Learn("pump", $"lesson {i}", inputs, labels, Stop);
        })));

        Assert.Equal(Enumerable.Range(1, 12), lessons.Select(lesson => lesson.Version).Order());
        using DurableLearner learner = DurableLearner.Open($"{database.Address}/pump");
        LearnerHistory history = learner.History();
        Assert.Equal(lessons.OrderBy(lesson => lesson.Number).Select(lesson => lesson.Name), history.Lessons.Select(lesson => lesson.Name));
        Assert.Equal(Enumerable.Range(0, 12), history.Versions.Select(version => version.Parent));
        Assert.Empty(learner.Problems());
        await WaitFor(async () => (await one.Client.Predict("pump", [Vectors.Of('a')], Stop))[0].Version == 12 && (await other.Client.Predict("pump", [Vectors.Of('a')], Stop))[0].Version == 12);
    }

    [Fact]
    public async Task A_learner_that_nobody_asks_leaves_memory_and_comes_back()
    {
        await using FleetHost one = await FleetHost.Start(database.Address, options => options.IdleAfter = TimeSpan.FromSeconds(2));
        var (inputs, labels) = Vectors.Lesson(1);
        await one.Client.Learn("pump", "first", inputs, labels, Stop);
        Assert.True(one.Learners.Serves("pump"));

        await WaitFor(() => Task.FromResult(!one.Learners.Serves("pump")));

        Assert.Equal("a", (await one.Client.Predict("pump", [Vectors.Of('a')], Stop))[0].Label);
    }

    [Fact]
    public async Task What_another_process_promotes_is_noticed()
    {
        await using FleetHost one = await FleetHost.Start(database.Address);
        var (inputs, labels) = Vectors.Lesson(1);
        var (more, their) = Vectors.Lesson(2, "bc");
        await one.Client.Learn("pump", "first", inputs, labels, Stop);
        using (DurableLearner command = DurableLearner.Open($"{database.Address}/pump")) command.Learn(more, their, "second", cancellation: Stop);

        await WaitFor(async () => (await one.Client.Predict("pump", [Vectors.Of('c')], Stop))[0] is { Version: 2, Label: "c" });
    }

    [Fact]
    public async Task Of_many_who_change_the_membership_at_once_one_does()
    {
        await using FleetHost one = await FleetHost.Start(database.Address);
        IMembershipTable table = one.Services.GetRequiredService<IMembershipTable>();
        MembershipTableData before = await table.ReadAllAsync(Stop);
        MembershipEntry[] added = [.. Enumerable.Range(1, 16).Select(i => Silo(i))];

        bool[] inserted = await Task.WhenAll(added.Select(entry => Task.Run(() => table.InsertRowAsync(entry, before.Version.Next(), Stop))));
        MembershipEntry there = added[Array.IndexOf(inserted, true)];
        MembershipTableData between = await table.ReadAllAsync(Stop);
        bool twice = await table.InsertRowAsync(there, between.Version.Next(), Stop);
        string etag = between.Members.Single(row => row.Item1.SiloAddress.Equals(there.SiloAddress)).Item2;
        there.AddSuspector(before.Members[0].Item1.SiloAddress, DateTime.UtcNow);
        there.Status = SiloStatus.Dead;
        bool[] updated = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => table.UpdateRowAsync(there, etag, between.Version.Next(), Stop))));
        MembershipTableData after = await table.ReadRowAsync(there.SiloAddress, Stop);

        Assert.Single(inserted, done => done);
        Assert.False(twice);
        Assert.Single(updated, done => done);
        Assert.Equal((before.Version.Version + 1, before.Version.Version + 2), (between.Version.Version, after.Version.Version));
        MembershipEntry read = Assert.Single(after.Members).Item1;
        Assert.Equal((there.SiloAddress, SiloStatus.Dead, "silo", "host", 7), (read.SiloAddress, read.Status, read.SiloName, read.HostName, read.ProxyPort));
        Assert.Equal(there.SuspectTimes!.Select(vote => vote.Item1), read.SuspectTimes!.Select(vote => vote.Item1));
        await table.CleanupDefunctSiloEntriesAsync(DateTimeOffset.UtcNow.AddMinutes(1), Stop);
        Assert.Empty((await table.ReadRowAsync(there.SiloAddress, Stop)).Members);
        Assert.False(await table.UpdateRowAsync(there, etag, (await table.ReadAllAsync(Stop)).Version.Next(), Stop));
    }

    [Fact]
    public async Task Of_many_activations_that_are_registered_at_once_all_are_told_the_same()
    {
        await using FleetHost one = await FleetHost.Start(database.Address);
        IGrainDirectory directory = one.Services.GetRequiredKeyedService<IGrainDirectory>("engram");
        GrainId grain = GrainId.Create("learner", "pump");
        GrainAddress[] asked = [.. Enumerable.Range(1, 16).Select(i => new GrainAddress { GrainId = grain, ActivationId = ActivationId.NewId(), SiloAddress = Silo(i).SiloAddress })];

        GrainAddress?[] told = await Task.WhenAll(asked.Select(address => Task.Run(() => directory.Register(address, Stop))));

        GrainAddress holder = told[0]!;
        Assert.All(told, address => Assert.True(holder.Matches(address)));
        Assert.Contains(asked, address => address.Matches(holder));
        await directory.Unregister(asked.First(address => !address.Matches(holder)), Stop);
        Assert.True(holder.Matches(await directory.Lookup(grain, Stop)));
        await directory.UnregisterSilos([Silo(20).SiloAddress, holder.SiloAddress!], Stop);
        Assert.Null(await directory.Lookup(grain, Stop));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static MembershipEntry Silo(int generation) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 1, generation), SiloName = "silo", HostName = "host", Status = SiloStatus.Joining, ProxyPort = 7, StartTime = DateTime.UtcNow, IAmAliveTime = DateTime.UtcNow,
    };

    private static async Task<(ErrorKind, string)> Failed(Func<Task> ask)
    {
        EngramException error = await Assert.ThrowsAsync<EngramException>(ask);
        return (error.Kind, error.Code);
    }

    private static async Task WaitFor(Func<Task<bool>> happens)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(TimeSpan.FromSeconds(20));
        while (!await happens()) await Task.Delay(50, late.Token);
    }
}
