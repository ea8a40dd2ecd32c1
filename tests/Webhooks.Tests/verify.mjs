// Verifies signatures with the published libraries and nothing of this repository. Standard input: [{"secret","headers","body"}]; standard output, for each: {"standardwebhooks","svix","keystone"}.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Webhook as Standard } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';

const accepts = (verify) => {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
};

// As the guide of the product shows it.
function verifySignature(body, signature, secret) {
  const expected = createHmac('sha256', secret).update(body).digest('hex');
  const [a, b] = [Buffer.from(expected), Buffer.from(signature)];
  if (a.length !== b.length) return false;
  return timingSafeEqual(a, b);
}

const cases = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(cases.map(({ secret, headers, body }) => {
  const bytes = Buffer.from(body, 'base64');
  return {
    standardwebhooks: accepts(() => new Standard(secret).verify(bytes.toString('utf8'), headers)),
    svix: accepts(() => new Svix(secret).verify(bytes.toString('utf8'), headers)),
    keystone: verifySignature(bytes, headers['x-keystone-signature'] ?? '', secret),
  };
})));
