// Forms with data-passkey: asks the server for the question, the browser for the answer, and sends the form. Without passkeys the form says so.

const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0));

const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

const parse = (kind, json) => {
  const own = kind === 'create' ? PublicKeyCredential.parseCreationOptionsFromJSON : PublicKeyCredential.parseRequestOptionsFromJSON;
  if (own) return own.call(PublicKeyCredential, json);
  const ids = list => list?.map(one => ({ ...one, id: bytes(one.id) }));
  const options = { ...json, challenge: bytes(json.challenge) };
  if (json.user) options.user = { ...json.user, id: bytes(json.user.id) };
  if (json.allowCredentials) options.allowCredentials = ids(json.allowCredentials);
  if (json.excludeCredentials) options.excludeCredentials = ids(json.excludeCredentials);
  return options;
};

const write = credential => {
  if (credential.toJSON) return credential.toJSON();
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ['attestationObject', 'authenticatorData', 'signature', 'userHandle'])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: credential.getClientExtensionResults(), response };
};

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const button = form.querySelector('button[type=submit]'), status = form.querySelector('[data-passkey-status]');
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    status.textContent = 'This browser has no passkeys at this address. Use another way.';
    continue;
  }
  form.addEventListener('submit', async event => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = 'Waiting for the passkey…';
    try {
      const answer = await fetch(form.dataset.options, { method: 'POST', headers: { RequestVerificationToken: form.elements.__RequestVerificationToken.value } });
      if (!answer.ok) throw new Error('The page was older than your session. Load it again.');
      const publicKey = parse(form.dataset.passkey, await answer.json());
      form.elements.credential.value = JSON.stringify(write(await navigator.credentials[form.dataset.passkey]({ publicKey })));
      form.submit();
    } catch (fault) {
      status.textContent = fault.name === 'NotAllowedError' ? 'No passkey was used. Nothing was done.'
        : fault.name === 'InvalidStateError' ? 'This device has a passkey of yours already.' : fault.message;
      button.disabled = false;
    }
  });
}
