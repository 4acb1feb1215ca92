using System.Globalization;

namespace Engram.Reports;

/// <summary>
/// Colours that people with any kind of colour vision can tell apart: lines after Okabe and Ito (2008) without yellow, which
/// vanishes on white; heat after ColorBrewer's Blues, where darker is better. Each colour has a twin for dark backgrounds.
/// </summary>
internal static class Palette
{
    public const string Paper = "#FFFFFE";
    public const string Ink = "#17202B";
    public const string Muted = "#5A6775";
    public const string Rule = "#DCE2E9";

    /// <summary>Colours of lines in the order of their use.</summary>
    public static readonly string[] Lines = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#C98500", "#56B4E9", "#3B4754"];

    /// <summary>Colours of a light picture and what stands in their place on a dark page.</summary>
    public static readonly (string Light, string Dark)[] Twins =
    [
        (Paper, "#0F141A"), (Ink, "#E6EBF1"), (Muted, "#9DA9B6"), (Rule, "#2B343E"),
        ("#0072B2", "#5AA9F0"), ("#D55E00", "#FF8A4C"), ("#009E73", "#2FC79A"), ("#CC79A7", "#EBA0CB"),
        ("#C98500", "#F5B82E"), ("#56B4E9", "#A6DDFF"), ("#3B4754", "#C9D2DC"),
    ];

    private static readonly string[] LightHeat = ["#F7FBFF", "#DEEBF7", "#C6DBEF", "#9ECAE1", "#6BAED6", "#4292C6", "#2171B5", "#08519C", "#08306B"];
    private static readonly string[] DarkHeat = ["#18202A", "#1B2D42", "#1F3D5E", "#26507F", "#3568A3", "#4F86C6", "#78A7E0", "#A9CBF2", "#DCEBFF"];

    /// <summary>Colour of an accuracy on a light page.</summary>
    public static string Heat(double accuracy) => Blend(LightHeat, accuracy);

    /// <summary>Colour of an accuracy on a dark page.</summary>
    public static string HeatOnDark(double accuracy) => Blend(DarkHeat, accuracy);

    /// <summary>Black or white, whichever is easier to read on the background.</summary>
    public static string TextOn(string background) => Contrast("#000000", background) >= Contrast("#FFFFFF", background) ? "#000000" : "#FFFFFF";

    /// <summary>Contrast ratio of two colours after WCAG 2, 1 to 21.</summary>
    public static double Contrast(string first, string second)
    {
        double[] luminances = [Luminance(first), Luminance(second)];
        return (luminances.Max() + .05) / (luminances.Min() + .05);
    }

    private static string Blend(string[] ramp, double position)
    {
        double place = Math.Clamp(position, 0, 1) * (ramp.Length - 1);
        int below = Math.Min((int)place, ramp.Length - 2);
        double share = place - below;
        return "#" + string.Concat(Channels(ramp[below]).Zip(Channels(ramp[below + 1]), (from, to) => ((int)Math.Round(from + share * (to - from))).ToString("X2")));
    }

    private static double Luminance(string colour)
    {
        double[] linear = [.. Channels(colour).Select(channel => channel / 255.0).Select(c => c <= .04045 ? c / 12.92 : Math.Pow((c + .055) / 1.055, 2.4))];
        return .2126 * linear[0] + .7152 * linear[1] + .0722 * linear[2];
    }

    private static int[] Channels(string colour) => [.. Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + 2 * i, 2), NumberStyles.HexNumber))];
}
