// An OpenID provider that shares no code with the API: the npm package oidc-provider.
// Arguments: port, file with its private JWKS (the first key of the file signs), audience of a resource.
// Clients: "machine" and "stranger", both with client credentials; the tokens are JWTs (RFC 9068).
import { readFileSync } from 'node:fs';
import { Provider } from 'oidc-provider';

const [port, keyFile] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const client = (id) => ({
  client_id: id,
  client_secret: `secret-${id}`,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_post',
});

const provider = new Provider(issuer, {
  jwks: JSON.parse(readFileSync(keyFile, 'utf8')),
  clients: [client('machine'), client('stranger')],
  scopes: ['settlements:read', 'settlements:write', 'admin'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // Any audience that a client asks for, so that a token for another API can be made.
      getResourceServerInfo: (_context, resource) => ({
        audience: resource,
        scope: 'settlements:read settlements:write admin',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 600,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

const server = provider.listen(Number(port), '127.0.0.1', () => console.log(`issuer on ${server.address().port}`));
process.on('SIGTERM', () => process.exit(0));
