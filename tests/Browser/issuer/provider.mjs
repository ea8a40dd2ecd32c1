// An OpenID provider with people, of another make than the pages: the npm package oidc-provider with its forms for development, which take any name and password.
// Arguments: port, redirect address of the client "dashboard".
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, redirect] = process.argv.slice(2);
const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const provider = new Provider(`http://localhost:${port}`, {
  jwks: { keys: [{ ...jwk, use: 'sig', alg: 'RS256', kid: 'one' }] },
  clients: [{
    client_id: 'dashboard', client_secret: 'secret-of-the-dashboard-client', grant_types: ['authorization_code'], response_types: ['code'], redirect_uris: [redirect],
    token_endpoint_auth_method: 'client_secret_post', require_auth_time: true,
  }],
  pkce: { required: () => true },
  claims: { openid: ['sub', 'auth_time'] },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  cookies: { keys: ['not a secret of anybody'] },
  features: { devInteractions: { enabled: true } },
});
const server = provider.listen(Number(port), '127.0.0.1', () => console.log(`provider on ${server.address().port}`));
process.on('SIGTERM', () => process.exit(0));
