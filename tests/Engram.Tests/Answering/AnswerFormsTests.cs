using Engram.Answering;

namespace Engram.Tests.Answering;

public sealed class AnswerFormsTests
{
    [Theory]
    [InlineData("one-of", "", 5, 0)] // a network has an output for each class, however many
    [InlineData("one-of", "a,b", 2, 0)]
    [InlineData("any-of", "a,b", 2, 2)]
    [InlineData("numbers", "a,b,c", 3, 3)]
    [InlineData("numbers", "", 1, 1)] // without names it needs to know how many
    public void A_file_names_a_form_and_what_its_outputs_stand_for(string id, string names, int outputs, int expected)
    {
        string[] named = names.Split(',', StringSplitOptions.RemoveEmptyEntries);

        Answers answers = AnswerForms.Of(id, named, outputs);

        Assert.Equal((id, expected), (answers.Id, answers.Outputs));
        Assert.Equal(named, answers.Names);
    }

    [Theory]
    [InlineData("any-of", 2)]
    [InlineData("numbers", 0)]
    [InlineData("some-of", 2)]
    public void Labels_without_names_numbers_without_a_count_and_other_forms_are_damage(string id, int outputs)
    {
        EngramException error = Assert.Throws<EngramException>(() => AnswerForms.Of(id, [], outputs));

        Assert.Equal("corrupt-checkpoint", error.Code);
        Assert.StartsWith($"There are no answers of the form '{id}' with 0 names and {outputs} outputs", error.Message);
    }
}
