using System.Text.Json;
using Keystone.Ethereum.Nodes;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using RpcError = Nethereum.JsonRpc.Client.RpcMessages.RpcError;

namespace Keystone.Ethereum.Web3;

/// <summary>
/// Nethereum's client over a node or a set of nodes: its requests have the deadlines, size limits, failover and strict answers of <see cref="IEthereumNode"/>.
/// A JSON-RPC error reaches Nethereum as the node sent it, as <see cref="RpcResponseException"/>; every other failure is the node's <see cref="NodeException"/>.
/// </summary>
/// <param name="node">Node, or all nodes of a chain as one.</param>
/// <param name="cancellationToken">Cancels every request of this client: the library's own methods have no token to hand on.</param>
public sealed class NodeClient(IEthereumNode node, CancellationToken cancellationToken = default) : ClientBase
{
    const string SendRawTransaction = "eth_sendRawTransaction";

    static readonly JsonSerializerSettings Settings = DefaultJsonSerializerSettingsFactory.BuildDefaultJsonSerializerSettings();

    /// <summary>Sends one request.</summary>
    /// <exception cref="NodeException">There was no answer, or none that can be read.</exception>
    /// <exception cref="OperationCanceledException">The client's token was cancelled.</exception>
    public override async Task<RpcResponseMessage> SendAsync(RpcRequestMessage rpcRequestMessage, string? route = null)
    {
        ArgumentNullException.ThrowIfNull(rpcRequestMessage);
        cancellationToken.ThrowIfCancellationRequested();
        object id = rpcRequestMessage.Id;
        using JsonDocument parameters = JsonDocument.Parse(JsonConvert.SerializeObject(rpcRequestMessage.RawParameters ?? Array.Empty<object>(), Settings));
        try
        {
            if (rpcRequestMessage.Method == SendRawTransaction) return await BroadcastAsync(id, parameters.RootElement).ConfigureAwait(false);
            object?[] list = parameters.RootElement.ValueKind == JsonValueKind.Array
                ? [.. parameters.RootElement.EnumerateArray().Select(parameter => (object?)parameter)]
                : throw new NotSupportedException($"{rpcRequestMessage.Method} has named parameters, which Ethereum nodes do not take.");
            JsonElement result = await node.RequestAsync(rpcRequestMessage.Method, list, cancellationToken).ConfigureAwait(false);
            return new RpcResponseMessage(id, Token(result.GetRawText()));
        }
        catch (NodeException fault) when (fault.ErrorBody is { } body)
        {
            using JsonDocument error = JsonDocument.Parse(body);
            string message = error.RootElement.TryGetProperty("message", out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : fault.Message;
            return new RpcResponseMessage(id, new RpcError
            {
                Code = fault.Code ?? 0,
                Message = message,
                Data = error.RootElement.TryGetProperty("data", out JsonElement data) && data.ValueKind != JsonValueKind.Null ? Token(data.GetRawText()) : null,
            });
        }
    }

    /// <summary>Sends several requests, one after the other: their answers need not fit together, so they need not be one batch.</summary>
    protected override async Task<RpcResponseMessage[]> SendAsync(RpcRequestMessage[] requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        RpcResponseMessage[] responses = new RpcResponseMessage[requests.Length];
        for (int i = 0; i < requests.Length; i++) responses[i] = await SendAsync(requests[i]).ConfigureAwait(false);
        return responses;
    }

    async Task<RpcResponseMessage> BroadcastAsync(object id, JsonElement parameters)
    {
        byte[] raw = Hex.Decode(parameters[0].GetString()!);
        SendResponse answer = await node.SendRawTransactionAsync(raw, cancellationToken).ConfigureAwait(false);
        return answer.Accepted
            ? new RpcResponseMessage(id, new JValue(answer.Hash!.Value.ToString()))
            : new RpcResponseMessage(id, new RpcError { Code = answer.ErrorCode ?? 0, Message = answer.ErrorMessage ?? "The node refused the transaction." });
    }

    // Text that looks like a date stays text.
    static JToken Token(string json)
    {
        using JsonTextReader reader = new(new StringReader(json)) { DateParseHandling = DateParseHandling.None, FloatParseHandling = FloatParseHandling.Decimal };
        return JToken.ReadFrom(reader);
    }
}
