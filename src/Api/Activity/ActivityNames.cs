using System.Text;

namespace Keystone.Api.Activity;

/// <summary>Names of entries of the activity log, made of an operation's id: <c>createSettlement</c> is <c>settlement.created</c>.</summary>
internal static class ActivityNames
{
    /// <summary>Type of an entry.</summary>
    public static string TypeOf(string operation)
    {
        int verb = 1;
        while (verb < operation.Length && !char.IsAsciiLetterUpper(operation[verb])) verb++;
        return $"{Snake(operation[verb..])}.{Past(operation[..verb])}";
    }

    /// <summary>Category of an entry: the tag of the operation in the singular, or <c>compliance</c>.</summary>
    public static string CategoryOf(string type, string tag) =>
        type.StartsWith("compliance", StringComparison.Ordinal) ? "compliance" : tag is "settlements" or "webhooks" or "templates" or "wallets" or "instruments" ? tag[..^1] : tag;

    static string Snake(string words)
    {
        StringBuilder snake = new();
        foreach (char c in words)
        {
            if (char.IsAsciiLetterUpper(c) && snake.Length > 0) snake.Append('_');
            snake.Append(char.ToLowerInvariant(c));
        }
        return snake.Length == 0 ? "system" : snake.ToString();
    }

    static string Past(string verb) => verb switch
    {
        "set" => "set",
        "hold" => "held",
        "roll" => "rolled",
        "run" => "run",
        "withdraw" => "withdrawn",
        "cancel" => "cancelled",
        "retry" => "retried",
        _ when verb.EndsWith('e') => verb + "d",
        _ when verb.EndsWith('y') => verb[..^1] + "ied",
        _ => verb + "ed",
    };
}
