using System.Text.Json;

namespace Keystone.Hosting.Reports;

/// <summary>A process.</summary>
/// <param name="Id">Id of its run.</param>
/// <param name="Service">Such as <c>keeper</c>.</param>
/// <param name="Machine">Name of its machine.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="SeenAt">Last word, UTC.</param>
/// <param name="AgeSeconds">Seconds since then.</param>
/// <param name="Status"><c>alive</c>, or <c>not_heard_from</c> after 20 s.</param>
public sealed record InstanceView(Guid Id, string Service, string Machine, string Version, DateTimeOffset StartedAt, DateTimeOffset SeenAt, int AgeSeconds, string Status);

/// <summary>A report of a process.</summary>
/// <param name="Instance">The process.</param>
/// <param name="Name">Name of the report.</param>
/// <param name="At">When it was written, UTC.</param>
/// <param name="AgeSeconds">Seconds since then.</param>
/// <param name="Report">What it says.</param>
public sealed record ReportView(InstanceView Instance, string Name, DateTimeOffset At, int AgeSeconds, JsonElement Report);

/// <summary>An alarm.</summary>
/// <param name="Id">Id.</param>
/// <param name="Code">What is wrong, by name.</param>
/// <param name="Subject">About what.</param>
/// <param name="Detail">What is wrong, in a sentence.</param>
/// <param name="FirstAt">Since when, UTC.</param>
/// <param name="LastAt">When it was last seen to be so, UTC.</param>
/// <param name="ClearedAt">When it was over, UTC; null while it is not.</param>
/// <param name="AcknowledgedBy">Who takes care of it.</param>
/// <param name="AcknowledgedAt">Since when, UTC.</param>
/// <param name="Note">What he said.</param>
public sealed record AlarmView(
    Guid Id, string Code, string Subject, string Detail, DateTimeOffset FirstAt, DateTimeOffset LastAt, DateTimeOffset? ClearedAt, string? AcknowledgedBy, DateTimeOffset? AcknowledgedAt, string? Note);
