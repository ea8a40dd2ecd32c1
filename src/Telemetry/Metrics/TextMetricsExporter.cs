using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Keystone.Telemetry;

/// <summary>Keeps the last collected batch as Prometheus text exposition format 0.0.4.</summary>
internal sealed class TextMetricsExporter : BaseExporter<Metric>
{
    public string Text { get; private set; } = "";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        StringBuilder text = new(16 * 1024);
        // Two meters may own an instrument of one name; the format wants each family once.
        HashSet<string> seen = [];
        foreach (Metric metric in batch)
            Write(text, metric, seen);
        Text = text.ToString();
        return ExportResult.Success;
    }

    static void Write(StringBuilder text, Metric metric, HashSet<string> seen)
    {
        bool monotonic = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        string name = Name(metric.Name, metric.Unit, monotonic);
        if (!seen.Add(name)) return;
        if (metric.Description.Length > 0)
            text.Append("# HELP ").Append(name).Append(' ').Append(metric.Description.Replace("\\", @"\\", StringComparison.Ordinal)
                .Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ')
            .Append(metric.MetricType == MetricType.Histogram ? "histogram" : monotonic ? "counter" : "gauge").Append('\n');
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            string labels = Labels(point.Tags);
            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    Sample(text, name, labels, point.GetSumLong());
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    Sample(text, name, labels, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    Sample(text, name, labels, point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    Sample(text, name, labels, point.GetGaugeLastValueDouble());
                    break;
                case MetricType.Histogram:
                    WriteHistogram(text, name, labels, point);
                    break;
                default:
                    // Exponential histograms have no text form; our views ask for explicit buckets.
                    break;
            }
        }
    }

    static void WriteHistogram(StringBuilder text, string name, string labels, in MetricPoint point)
    {
        long below = 0;
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            string bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound);
            Sample(text, name + "_bucket", (labels.Length > 0 ? labels + "," : "") + "le=\"" + bound + "\"", below);
        }
        Sample(text, name + "_sum", labels, point.GetHistogramSum());
        Sample(text, name + "_count", labels, point.GetHistogramCount());
    }

    static void Sample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    static string Labels(ReadOnlyTagCollection tags)
    {
        StringBuilder labels = new();
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (labels.Length > 0) labels.Append(',');
            string value = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "";
            labels.Append(Clean(tag.Key)).Append("=\"").Append(value.Replace("\\", @"\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('"');
        }
        return labels.ToString();
    }

    static string Name(string name, string unit, bool monotonic)
    {
        string clean = Clean(name);
        string suffix = unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        if (suffix.Length > 0 && !clean.EndsWith(suffix, StringComparison.Ordinal)) clean += suffix;
        return monotonic && !clean.EndsWith("_total", StringComparison.Ordinal) ? clean + "_total" : clean;
    }

    static string Clean(string name) =>
        string.Create(name.Length, name, static (chars, from) =>
        {
            for (int i = 0; i < chars.Length; i++)
                chars[i] = char.IsAsciiLetter(from[i]) || from[i] == '_' || (i > 0 && char.IsAsciiDigit(from[i])) ? from[i] : '_';
        });

    static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
