using System.CommandLine;
using System.CommandLine.Help;
using Keystone.Dev;

namespace Keystone.EndToEnd;

/// <summary>Options and arguments of all commands have types that the library converts text to; any other type brings a parser of its own.</summary>
public sealed class CommandOptionTests
{
    static readonly Type[] Converted = [typeof(string), typeof(bool), typeof(byte), typeof(int), typeof(long), typeof(decimal), typeof(Guid), typeof(FileInfo), typeof(DirectoryInfo), typeof(DateTimeOffset), typeof(TimeSpan)];

    [Fact]
    public void Every_option_can_be_read()
    {
        RootCommand root = new() { DevCommand.Create(), SandboxCommand.Create() };
        Cli.EntryPoint.AddCommands(root);
        (string Name, Type Type, object? Parser)[] all =
        [
            .. Commands(root).SelectMany(command => command.Options.Where(option => option is not HelpOption and not VersionOption).Select(option => ($"{command.Name} {option.Name}", option.ValueType, ParserOf(option)))
                .Concat(command.Arguments.Select(argument => ($"{command.Name} {argument.Name}", argument.ValueType, ParserOf(argument))))),
        ];
        Assert.True(all.Length > 50, $"Only {all.Length}.");
        Assert.Contains(all, one => one.Parser is not null);
        Assert.Empty(all.Where(one => one.Parser is null && !IsConverted(one.Type)).Select(one => $"{one.Name}: {one.Type.Name}"));
    }

    static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command);

    static object? ParserOf(Symbol symbol) => symbol.GetType().GetProperty("CustomParser")?.GetValue(symbol);

    static bool IsConverted(Type type)
    {
        Type one = type.IsArray ? type.GetElementType()! : Nullable.GetUnderlyingType(type) ?? type;
        return one.IsEnum || Converted.Contains(one);
    }
}
