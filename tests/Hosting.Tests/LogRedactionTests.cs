namespace Keystone.Hosting.Tests;

public class LogRedactionTests
{
    [Theory]
    [InlineData("asks https://user:key@rpc.example.com:8545/v3/abc?x=1 again", "asks https://rpc.example.com:8545 again")]
    [InlineData("""{"Url":"wss://rpc.example.com/ws/key"}""", """{"Url":"wss://rpc.example.com"}""")]
    [InlineData("(http://127.0.0.1:9101)", "(http://127.0.0.1:9101)")]
    [InlineData("Host=db;Username=u;Password=hunter2;Port=1", "Host=db;Username=u;Password=***;Port=1")]
    [InlineData("token eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln refused", "token *** refused")]
    [InlineData("Authorization: Bearer 0123456789abcdef+/==", "Authorization: Bearer ***")]
    [InlineData("authorization: basic dXNlcjpwYXNzd29yZA==, x", "authorization: basic ***, x")]
    [InlineData("sent as basic authentication", "sent as basic authentication")]
    [InlineData("nothing to hide", "nothing to hide")]
    public void Addresses_keep_scheme_host_and_port_alone(string text, string expected) => Assert.Equal(expected, LogRedaction.Redact(text));
}
