// The first picture of a page needs no script. What makes the page live is asked for when that stands: the page's own script, and the circuit's, which is large.
// A page in the background paints nothing; there half a second is waited.
const { script, circuit } = document.body.dataset;
let isAsked = false;
const ask = () => {
  if (isAsked) return;
  isAsked = true;
  import(script);
  if (circuit) document.body.append(Object.assign(document.createElement('script'), { src: circuit }));
};
requestAnimationFrame(() => setTimeout(ask));
setTimeout(ask, 500);
