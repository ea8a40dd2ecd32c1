// The page on which a party deposits. Its link stands behind the "#", which the browser sends to nobody; this script sends it in a header to this service alone. It asks the wallet for
// what the page shows and for nothing else.

const page = document.querySelector('[data-deposit]'), panel = document.querySelector('[data-wallet]');
const part = name => panel.querySelector(`[data-${name}]`);
const state = part('wallet-state'), progress = part('wallet-progress'), fault = part('wallet-fault'), choices = part('wallets'), change = part('switch');
const headers = { 'Keystone-Deposit-Link': location.hash.slice(1) };
const found = new Map();
let provider = null, account = '', chain = '', busy = false, delay = 2000;

const pause = time => new Promise(done => setTimeout(done, time));
const clean = text => String(text ?? '').replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 160);
const fail = text => { fault.textContent = text; fault.hidden = !text; };
const view = () => page.firstElementChild;

const sentences = {
  4001: 'You declined in the wallet. Nothing was sent.',
  4100: 'The wallet does not let this page use that account. Connect it again.',
  4900: 'The wallet has no connection. Nothing was sent.',
  4901: 'The wallet has no connection to the chain. Nothing was sent.',
  4902: 'Your wallet does not know this chain. Add it in the wallet, then try again.',
  [-32002]: 'A request waits in your wallet already. Open the wallet and answer it.',
};
const explain = error => sentences[error?.code] ?? `The wallet refused: ${clean(error?.message ?? error)}`;

// A wallet that never answers leaves the page usable: what it answers later still counts.
const ask = async (method, params = []) => {
  const late = setTimeout(() => {
    fail('Your wallet has not answered for a minute. Open it: the request may wait there. You can also try again.');
    busy = false;
    show();
  }, 60000);
  try {
    return await provider.request({ method, params });
  } catch (error) {
    throw new Error(explain(error));
  } finally {
    clearTimeout(late);
  }
};

const quiet = async (method, params) => {
  try {
    return await provider.request({ method, params });
  } catch {
    return null;
  }
};

const show = () => {
  const { depositor, chain: wanted } = view()?.dataset ?? {};
  panel.hidden = !depositor || !page.querySelector('[data-send], [data-sign]');
  const isAccount = account && depositor && account.toLowerCase() === depositor.toLowerCase(), isChain = chain && Number(chain) === Number(wanted);
  state.textContent = !account ? found.size > 0 ? '' : 'No wallet was found in this browser. Open this link in the browser of your wallet, or install one.'
    : !isAccount ? `This deposit must come from ${depositor}; you connected ${account}. Nothing was sent. Choose the other account in your wallet.`
    : !isChain ? `This deposit is on chain ${wanted}; your wallet is on chain ${Number(chain)}. Nothing was sent.`
    : `Connected: ${account}. The wallet and the chain are right.`;
  state.dataset.ready = String(Boolean(isAccount && isChain));
  change.hidden = !account || Boolean(isChain);
  const ready = isAccount && isChain && !busy;
  page.querySelectorAll('[data-send]').forEach((button, i) => { button.disabled = !ready || i > 0; });
  page.querySelectorAll('[data-sign]').forEach(button => { button.disabled = !ready; });
};

// Reads the page anew. What a link opens is written by this service; the wallet's words never become markup.
const load = async () => {
  let answer;
  try {
    answer = await fetch('/deposit/view', { headers, cache: 'no-store' });
  } catch {
    fail('This service does not answer just now. The page tries again.');
    return true;
  }
  if (answer.status !== 200 && answer.status !== 404) {
    fail('This service does not answer just now. The page tries again.');
    return true;
  }
  const had = page.contains(document.activeElement);
  page.innerHTML = await answer.text();
  page.removeAttribute('aria-busy');
  show();
  if (had) (page.querySelector('button:enabled') ?? page.querySelector('h2'))?.focus();
  return answer.status === 200;
};

const follow = async () => {
  await pause(delay);
  try {
    const answer = await fetch('/deposit/status', { headers, cache: 'no-store' });
    if (answer.status === 404 || (answer.ok && await answer.text() !== view()?.dataset.key)) {
      delay = 2000;
      if (!await load()) return;
    } else {
      delay = Math.min(delay * 1.3, 15000);
    }
  } catch {
    delay = Math.min(delay * 1.3, 15000);
  }
  follow();
};

const mined = async (hash, nonce) => {
  for (let tries = 0; ; tries++) {
    const receipt = await quiet('eth_getTransactionReceipt', [hash]);
    if (receipt) {
      if (Number(receipt.status) === 0) throw new Error('The chain refused the transaction: it changed nothing but the fee. See what is checked above, then try again.');
      progress.textContent = `Mined in block ${Number(receipt.blockNumber)}.`;
      return;
    }
    const next = nonce === null ? null : await quiet('eth_getTransactionCount', [account, 'latest']);
    if (next !== null && Number(next) > nonce && !await quiet('eth_getTransactionReceipt', [hash]))
      throw new Error('Your wallet replaced this transaction with another one, or cancelled it. The page shows what the chain has.');
    if (tries === 40) progress.textContent = `Sent as ${hash}; not mined yet. The fee may be too low: your wallet can raise it.`;
    await pause(1500);
  }
};

const send = async button => {
  const count = await quiet('eth_getTransactionCount', [account, 'pending']);
  progress.textContent = 'Waiting for your wallet…';
  const hash = clean(await ask('eth_sendTransaction', [{ from: account, to: button.dataset.to, data: button.dataset.call, value: '0x0' }]));
  fail('');
  progress.textContent = `Sent as ${hash}. Waiting for a block…`;
  delay = 2000;
  await mined(hash, count === null ? null : Number(count));
};

const sign = async button => {
  const { sign: kind, leg, until, document: text } = button.dataset;
  progress.textContent = 'Waiting for your wallet…';
  const signature = await ask('eth_signTypedData_v4', [account, text]);
  fail('');
  const answer = await fetch('/deposit/signature', {
    method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ kind, leg_id: leg, signature, deadline: until }),
  });
  if (!answer.ok) throw new Error(clean(await answer.text()));
  delay = 2000;
  progress.textContent = 'Signed. The service sends it to the chain; you need not stay.';
};

const run = async (work, button) => {
  if (busy) return;
  busy = true;
  fail('');
  show();
  try {
    await work(button);
  } catch (error) {
    progress.textContent = '';
    fail(error.message);
  }
  busy = false;
  await load();
};

page.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest('[data-send], [data-sign]') : null;
  if (button && !button.disabled) run('send' in button.dataset ? send : sign, button);
});

change.addEventListener('click', async () => {
  fail('');
  try {
    await ask('wallet_switchEthereumChain', [{ chainId: `0x${Number(view().dataset.chain).toString(16)}` }]);
    chain = await ask('eth_chainId');
  } catch (error) {
    fail(error.message);
  }
  show();
});

const connect = async chosen => {
  provider = chosen;
  fail('');
  state.textContent = 'Waiting for your wallet…';
  try {
    account = clean((await ask('eth_requestAccounts'))[0]);
    chain = await ask('eth_chainId');
  } catch (error) {
    fail(error.message);
  }
  show();
};

// By EIP-6963 each wallet says its name; without any, the one that calls itself window.ethereum.
const offer = (id, name, chosen) => {
  if (found.has(id) || typeof chosen?.request !== 'function') return;
  found.set(id, chosen);
  chosen.on?.('accountsChanged', list => { if (provider === chosen) { account = clean(list?.[0]); show(); } });
  chosen.on?.('chainChanged', now => { if (provider === chosen) { chain = now; show(); } });
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button', textContent: name ? `Connect ${clean(name).slice(0, 60)}` : 'Connect wallet' });
  button.addEventListener('click', () => connect(chosen));
  choices.append(button);
  show();
};
addEventListener('eip6963:announceProvider', event => offer(event.detail?.info?.uuid, event.detail?.info?.name, event.detail?.provider));
dispatchEvent(new Event('eip6963:requestProvider'));
await pause(300);
if (found.size === 0 && window.ethereum) offer('window.ethereum', '', window.ethereum);

if (await load()) follow();
