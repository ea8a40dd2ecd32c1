// What runs in the browser: copying, counting down, keys, dialogs, and what is shown while the connection is away. No framework, nothing from elsewhere.

const icon = name => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
};

const say = text => {
  let region = document.getElementById('said');
  if (!region) {
    region = document.createElement('div');
    region.id = 'said';
    region.className = 'visually-hidden';
    region.setAttribute('role', 'status');
    document.body.append(region);
  }
  region.textContent = '';
  setTimeout(() => { region.textContent = text; }, 50);
};

// <ks-copy value="0x…" label="Copy wallet address of Beta Capital">: copied here, because a round trip to the server would lose the click.
customElements.define('ks-copy', class extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'icon-button';
    button.title = this.getAttribute('label') ?? 'Copy';
    button.setAttribute('aria-label', button.title);
    button.append(icon('copy'));
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(this.getAttribute('value') ?? '');
        button.replaceChildren(icon('tick'));
        say('Copied');
      } catch {
        say('The browser did not allow copying. Select the text instead.');
      }
      setTimeout(() => button.replaceChildren(icon('copy')), 2000);
    });
    this.append(button);
  }
});

const words = seconds => {
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (seconds < 60) return `${seconds} s`;
  if (minutes < 10) return `${minutes} min ${seconds % 60} s`;
  if (hours < 1) return `${minutes} min`;
  if (days < 2) return `${hours} h ${minutes % 60} min`;
  return `${days} d ${hours % 24} h`;
};

// <ks-countdown until="RFC 3339" now="RFC 3339">: counts from the server's time on, so a wrong clock of this machine does not matter.
customElements.define('ks-countdown', class extends HTMLElement {
  static observedAttributes = ['until', 'now'];
  connectedCallback() {
    this.setAttribute('role', 'timer');
    this.classList.add('countdown');
    this.base = performance.now();
    this.timer = setInterval(() => this.show(), 1000);
    this.show();
  }
  disconnectedCallback() { clearInterval(this.timer); }
  attributeChangedCallback() { this.base = performance.now(); if (this.isConnected) this.show(); }
  show() {
    const now = Date.parse(this.getAttribute('now')) + performance.now() - this.base;
    const left = Math.floor((Date.parse(this.getAttribute('until')) - now) / 1000);
    if (!Number.isFinite(left)) return;
    const phase = left <= 0 ? 'passed' : left < 900 ? 'urgent' : left < 3600 ? 'soon' : 'calm';
    if (phase !== this.getAttribute('data-phase')) this.setAttribute('data-phase', phase);
    const big = this.querySelector('b') ?? this.appendChild(document.createElement('b'));
    const small = this.querySelector('span') ?? Object.assign(this.appendChild(document.createElement('span')), { className: 'muted' });
    const text = left <= 0 ? 'passed' : words(left);
    if (big.textContent !== text) big.textContent = text;
    const below = left <= 0 ? 'waits for the first block after it' : 'block time';
    if (small.textContent !== below) small.textContent = below;
  }
});

// Dialogs of the pages are modal as soon as they stand in the page; Escape presses their own button for leaving.
const opened = dialog => {
  if (dialog.open) return;
  dialog.showModal();
  (dialog.querySelector('h2') ?? dialog).focus();
  dialog.addEventListener('cancel', event => {
    event.preventDefault();
    dialog.querySelector('[data-close]')?.click();
  });
};
new MutationObserver(changes => {
  for (const change of changes)
    for (const node of change.addedNodes)
      if (node instanceof HTMLElement) {
        if (node.matches('dialog[data-modal]')) opened(node);
        else node.querySelectorAll?.('dialog[data-modal]').forEach(opened);
      }
}).observe(document.body, { childList: true, subtree: true });

// Keys: "/" for the search, "g" and a letter for a page. Never inside fields, and off with the cookie keystone-keys=off.
let leader = 0;
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.cookie.includes('keystone-keys=off')) return;
  const target = event.target;
  if (target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))) return;
  if (document.querySelector('dialog[open][data-modal]')) return;
  if (event.key === '/') {
    const search = document.querySelector('input[name="q"][data-search]');
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if (event.key === 'g') {
    leader = Date.now();
  } else if (Date.now() - leader < 1500) {
    leader = 0;
    document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`)?.click();
  } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && target instanceof HTMLElement && target.closest('.table tbody')) {
    const links = [...target.closest('.table').querySelectorAll('tbody th a')];
    const next = links[links.indexOf(target.closest('tr')?.querySelector('th a')) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  }
});

document.addEventListener('click', event => {
  const theme = event.target instanceof Element ? event.target.closest('[data-set-theme]')?.getAttribute('data-set-theme') : null;
  if (theme) {
    document.documentElement.setAttribute('data-theme', theme);
    document.cookie = `keystone-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    say(`Theme: ${theme}`);
  }
  const print = event.target instanceof Element && event.target.closest('[data-print]');
  if (print) window.print();
  for (const menu of document.querySelectorAll('details.menu[open]'))
    if (!(event.target instanceof Node && menu.contains(event.target)) || (event.target instanceof Element && event.target.closest('.menu-body a'))) menu.removeAttribute('open');
});

// While the circuit is away nothing can be clicked, so that no click is lost without a word; when the server does not know the circuit any more the page is loaded again, once.
const banner = document.getElementById('components-reconnect-modal');
let shown = 0;
banner?.addEventListener('components-reconnect-state-changed', event => {
  const state = event.detail.state, main = document.querySelector('.shell');
  if (state === 'show') {
    const since = new Date();
    banner.querySelector('[data-circuit-since]').textContent = `${since.toISOString().slice(11, 19)} UTC`;
    shown = setTimeout(() => { if (!banner.open) banner.show(); main?.setAttribute('inert', ''); }, 1500);
  } else if (state === 'hide') {
    clearTimeout(shown);
    if (banner.open) banner.close();
    main?.removeAttribute('inert');
    sessionStorage.removeItem('keystone-reloaded');
  } else if (state === 'failed' || state === 'rejected' || state === 'resume-failed') {
    const last = Number(sessionStorage.getItem('keystone-reloaded') ?? 0);
    if (Date.now() - last > 10000) {
      sessionStorage.setItem('keystone-reloaded', String(Date.now()));
      location.reload();
    } else {
      document.getElementById('circuit-banner-text').textContent = 'Connection lost. Load the page again when the service is back.';
    }
  }
});

// <ks-live>: stands in the page as soon as it takes clicks.
customElements.define('ks-live', class extends HTMLElement {
  connectedCallback() { document.documentElement.setAttribute('data-live', ''); }
});

// A table that is wider than its place scrolls; then the keyboard has to reach it.
const reach = () => {
  for (const frame of document.querySelectorAll('.table-frame')) {
    if (frame.scrollWidth > frame.clientWidth) {
      frame.setAttribute('tabindex', '0');
      frame.setAttribute('role', 'group');
      frame.setAttribute('aria-label', frame.querySelector('caption')?.textContent ?? 'Table');
    } else if (frame.hasAttribute('tabindex')) for (const name of ['tabindex', 'role', 'aria-label']) frame.removeAttribute(name);
  }
};
// On a narrow screen bars of links scroll sideways; the one of this page is shown, once, and the reader's own scrolling is left alone.
let revealed = [];
const reveal = () => {
  const current = [...document.querySelectorAll('.nav-link.active, .tab[aria-current="page"], .tab[aria-selected="true"]')];
  for (const one of current) {
    const box = one.closest('.nav, .tabs');
    if (!box || revealed.includes(one)) continue;
    const place = one.getBoundingClientRect(), frame = box.getBoundingClientRect();
    box.scrollLeft += place.left + place.width / 2 - frame.left - frame.width / 2;
  }
  revealed = current;
};
let reaching = 0;
new MutationObserver(() => { cancelAnimationFrame(reaching); reaching = requestAnimationFrame(() => { reach(); reveal(); }); }).observe(document.body, { childList: true, subtree: true });
addEventListener('resize', reach);
reach();
reveal();
