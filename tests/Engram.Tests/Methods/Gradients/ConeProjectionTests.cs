using CsCheck;
using Engram.Answering;
using Engram.Methods.Gradients;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Gradients;

public sealed class ConeProjectionTests
{
    // Without a ridge, rows that differ by less than this are one row to the solver.
    private const double Small = 1e-5;
    private static readonly Gen<double> Number = Gen.Double[-2, 2];

    public ConeProjectionTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<double[][], double[], double, double, double[], double[]> WorkedByHand => new()
    {
        { [[-1, 1]], [1, 0], 0, 0, [0.5], [0.5, 0.5] },
        { [[-1, 1]], [1, 0], 0, 1e-3, [0.49975], [0.50025, 0.49975] },
        { [[0, 1, 0], [-1, 0.5, 0]], [1, -1, 2], 0, 0, [0.5, 1], [0, 0, 2] },
        { [[0, 1, 0], [1, 0, 0]], [1, -1, 2], 0, 0, [1, 0], [1, 0, 2] },
        { [[0, 1, 0], [1, 0, 0]], [1, -1, 2], 0.5, 0, [1, 0.5], [1.5, 0, 2] },
    };

    [Theory]
    [MemberData(nameof(WorkedByHand))]
    public void It_gives_the_numbers_worked_by_hand(double[][] rows, double[] gradient, double margin, double ridge, double[] v, double[] projected)
    {
        using var scope = NewDisposeScope();
        Tensor matrix = Matrix(rows), g = tensor(gradient, dtype: float32);

        double[] solution = ConeProjection.Solve(FlatProducts.Gram(matrix), FlatProducts.WithRows(matrix, g), margin, ridge);
        bool changed = ConeProjection.Project(matrix, g, margin, ridge);

        Assert.True(changed);
        AssertClose(v, solution, 1e-6);
        AssertClose(projected, [.. g.data<float>().Select(x => (double)x)], 1e-6);
    }

    [Fact]
    public void A_row_that_is_the_sum_of_others_to_within_rounding_leaves_the_solution_where_it_is()
    {
        // Rows (1, 0), (0, 1) and their sum; the third product is not quite the sum of the others, as from float32. The third enters first: v = (0, 0, 1 - 1e-8),
        // then the first, which gives (2e-8, 0, 1 - 2e-8). That leaves a descent of 2e-8 for the second, which is a combination of them and must not enter.
        double[] v = ConeProjection.Solve(new double[,] { { 1, 0, 1 }, { 0, 1, 1 }, { 1, 1, 2 } }, [-1, -1, -2 + 2e-8], margin: 0, ridge: 0);

        AssertClose([2e-8, 0, 1 - 2e-8], v, 1e-9);
    }

    [Fact]
    public void A_row_that_was_turned_away_does_not_stand_in_the_way_of_another()
    {
        // The same, and a fourth row (0, 0, 1) with less to gain than the second: it is asked for after that one and enters by itself.
        double[] v = ConeProjection.Solve(new double[,] { { 1, 0, 1, 0 }, { 0, 1, 1, 0 }, { 1, 1, 2, 0 }, { 0, 0, 0, 1 } }, [-1, -1, -2 + 2e-8, -1e-8], margin: 0, ridge: 0);

        AssertClose([2e-8, 0, 1 - 2e-8, 1e-8], v, 1e-9);
    }

    [Fact]
    public void A_gradient_that_opposes_no_row_stays_as_it_is_whatever_the_margin()
    {
        using var scope = NewDisposeScope();
        Tensor g = tensor([1f, 0f, 3f]);

        Assert.False(ConeProjection.Project(Matrix([[1, 0, 0], [0, 5, 0], [0, 0, 0]]), g, margin: 0.5, ridge: 1e-3));

        Assert.Equal([1f, 0f, 3f], g.data<float>().ToArray());
    }

    [Fact]
    public void All_constraints_hold_for_any_gradients() =>
        Gen.Select(Matrices(maximumRows: 12), Gen.Double[0, 1]).Sample((problem, margin) =>
        {
            double[] v = Solve(problem, margin, 0), projected = Add(problem, v);
            // Rows that all but depend on each other take shares of millions that cancel: what is left of them is known to their rounding.
            double cancelled = 1e-9 * problem.Rows.Select((row, i) => v[i] * Math.Sqrt(Dot(row, row))).Sum();

            Assert.All(v, share => Assert.True(share >= margin));
            Assert.All(problem.Rows, row => Assert.True(Dot(row, projected) >= -Small * (1 + Dot(row, row) + Dot(projected, projected)) - cancelled * Math.Sqrt(Dot(row, row)), $"{Dot(row, projected)}"));
        });

    [Fact]
    public void The_result_is_the_closest_point_that_fulfils_all_constraints() =>
        Gen.Select(Matrices(maximumRows: 8), Gen.Double[0, 2].Array[8]).Sample((problem, weights) =>
        {
            double[] projected = Add(problem, Solve(problem, 0, 0));
            double[] step = Subtract(projected, problem.Gradient);

            // Moreau: g = g~ - G'v with g~ in the cone, G'v in its polar's mirror image, and the two at right angles; there is only one such pair.
            Assert.True(Math.Abs(Dot(projected, step)) <= Small * (1 + Dot(problem.Gradient, problem.Gradient)), $"{Dot(projected, step)}");
            // No mixture of the rows moves it closer: the distance to the cone is at least <g, x> / |x| for each x = -G'w.
            double[] mixture = Add(problem with { Gradient = new double[step.Length] }, weights[..problem.Rows.Length]);
            Assert.True(Dot(projected, mixture) >= -Small * (1 + Dot(mixture, mixture) + Dot(projected, projected)));
        });

    [Fact]
    public void It_agrees_with_trying_every_set_of_active_constraints() =>
        Gen.Select(Matrices(maximumRows: 5), Gen.Double[0, 1], Gen.Bool.Select(large => large ? 1e-3 : 1e-6)).Sample((problem, margin, ridge) =>
        {
            double[] v = Solve(problem, margin, ridge), best = BruteForce(problem, margin, ridge);

            Assert.True(Objective(problem, v, ridge) <= Objective(problem, best, ridge) + 1e-9 * (1 + Math.Abs(Objective(problem, best, ridge))));
            double[] ours = Add(problem, v), theirs = Add(problem, best);
            AssertClose(theirs, ours, 1e-4);
        });

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-3)]
    public void Rows_that_repeat_or_vanish_change_nothing(double ridge)
    {
        Problem once = new([[0, 1, 0], [-1, 0.5, 0]], [1, -1, 2]);
        Problem twice = new([[0, 1, 0], [0, 1, 0], [0, 0, 0], [-1, 0.5, 0], [-2, 1, 0], [-1, 0.5, 0]], once.Gradient);

        AssertClose(Add(once, Solve(once, 0, ridge)), Add(twice, Solve(twice, 0, ridge)), ridge == 0 ? 1e-12 : 2e-3);
    }

    [Fact]
    public void Fifty_rows_that_are_nearly_one_are_solved_at_any_scale()
    {
        foreach (double scale in new[] { 1e-6, 1, 1e4 })
            foreach (double noise in new[] { 1.0, 0.3, 1e-2, 1e-5 })
                for (int seed = 1; seed <= 4; seed++)
                {
                    RandomSource random = new((ulong)seed);
                    double[] common = Gaussian(random, 300, scale);
                    double[][] rows = [.. Enumerable.Range(0, 50).Select(_ => Gaussian(random, 300, scale * noise).Zip(common, (own, shared) => own + shared).ToArray())];
                    Problem problem = new(rows, [.. common.Select(x => -x)]);

                    double[] projected = Add(problem, Solve(problem, 0, 0));

                    Assert.All(rows, row => Assert.True(Dot(row, projected) >= -1e-8 * Dot(common, common)));
                    Assert.True(Math.Abs(Dot(projected, Subtract(projected, problem.Gradient))) <= 1e-8 * Dot(common, common));
                }
    }

    [Fact]
    public void Products_over_many_numbers_agree_with_double_precision()
    {
        using var scope = NewDisposeScope();
        Tensor rows = randn(7, 10_007), vector = randn(10_007), wide = rows.to(float64);
        double[] products = wide.mv(vector.to(float64)).data<double>().ToArray();
        Tensor moved = vector.clone();
        FlatProducts.AddRows(rows, [1, 2, 3, 0, -1, -2, 0.5], moved);

        AssertClose(products, FlatProducts.WithRows(rows, vector), 1e-3);
        AssertClose(wide.mm(wide.t()).data<double>().ToArray(), [.. FlatProducts.Gram(rows).Cast<double>()], 1e-2);
        Assert.Equal(products[3], FlatProducts.Dot(rows[3], vector), 1e-3);
        Assert.True(moved.allclose(vector + rows.t().mv(tensor([1f, 2, 3, 0, -1, -2, 0.5f])), 1e-5, 1e-5));
    }

    private static Gen<Problem> Matrices(int maximumRows) =>
        from t in Gen.Int[1, maximumRows]
        from size in Gen.Int[1, 10]
        from rows in Gen.OneOf(Number, Gen.Int[-1, 1].Select(x => (double)x)).Array[size].Array[t] // whole numbers often repeat a row
        from gradient in Number.Array[size]
        select new Problem(rows, gradient);

    private static double[] Solve(Problem problem, double margin, double ridge)
    {
        double[,] gram = new double[problem.Rows.Length, problem.Rows.Length];
        for (int i = 0; i < problem.Rows.Length; i++)
            for (int j = 0; j < problem.Rows.Length; j++) gram[i, j] = Dot(problem.Rows[i], problem.Rows[j]);
        return ConeProjection.Solve(gram, [.. problem.Rows.Select(row => Dot(row, problem.Gradient))], margin, ridge);
    }

    // The best of all 2^t ways to put some variables on the bound and the others where the gradient vanishes.
    private static double[] BruteForce(Problem problem, double margin, double ridge)
    {
        int t = problem.Rows.Length;
        double[]? best = null;
        for (int set = 0; set < 1 << t; set++)
        {
            int[] free = [.. Enumerable.Range(0, t).Where(i => (set >> i & 1) == 1)];
            double[] v = [.. Enumerable.Repeat(margin, t)];
            if (free.Length > 0)
            {
                using var scope = NewDisposeScope();
                double[] bound = [.. v.Select((share, i) => free.Contains(i) ? 0 : share)], atBound = Add(problem, bound);
                Tensor k = Matrix([.. free.Select(i => free.Select(j => Dot(problem.Rows[i], problem.Rows[j]) + (i == j ? ridge : 0)).ToArray())], float64);
                double[] solved = linalg.solve(k, tensor([.. free.Select(i => -Dot(problem.Rows[i], atBound))])).data<double>().ToArray();
                for (int i = 0; i < free.Length; i++) v[free[i]] = solved[i];
            }
            if (v.All(share => share >= margin) && (best is null || Objective(problem, v, ridge) < Objective(problem, best, ridge))) best = v;
        }
        return best!;
    }

    private static double Objective(Problem problem, double[] v, double ridge)
    {
        double[] mixture = Subtract(Add(problem, v), problem.Gradient);
        return Dot(mixture, mixture) / 2 + ridge * Dot(v, v) / 2 + Dot(mixture, problem.Gradient);
    }

    private static double[] Add(Problem problem, double[] v) =>
        [.. problem.Gradient.Select((g, p) => g + problem.Rows.Select((row, i) => v[i] * row[p]).Sum())];

    private static double[] Subtract(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a - b)];

    private static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();

    private static double[] Gaussian(RandomSource random, int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => scale * random.NextGaussian())];

    private static Tensor Matrix(double[][] rows, ScalarType type = ScalarType.Float32) => tensor([.. rows.SelectMany(row => row)], dtype: type).view(rows.Length, -1);

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }

    private sealed record Problem(double[][] Rows, double[] Gradient);
}
