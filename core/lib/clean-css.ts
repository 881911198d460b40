const MAX_ROUNDS = 5;

const CONTENT_ID = /^cid:[\w.@+$%-]{1,300}$/i;
/** An image a style may carry in itself. SVG is left out: it can hold scripts and links. */
const DATA_IMAGE = /^data:image\/(png|gif|jpe?g|webp|bmp);base64,[a-z0-9+/=\s]*$/i;

/**
 * CSS of a stranger without anything that loads, runs, or leaves its place: no remote `url()`, `@import`, `@font-face`, `expression()`,
 * `position: fixed`, no `<`. Running it again changes nothing; what does not come to rest is dropped whole.
 */
export function cleanCss(css: string): string {
  let before = css;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const after = cleanOnce(before);
    if (after === before) return after;
    before = after;
  }
  return '';
}

function cleanOnce(css: string): string {
  return (
    css
      // Old programs, Outlook among them, write a sheet between these (CSS Syntax §4.3); with one of their signs gone the first rule would be none.
      .replace(/<!--|-->/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they hide words from the patterns below
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f<]/g, '')
      .replace(/\/\*[\s\S]*?(\*\/|$)/g, '')
      .replace(/\\([0-9a-f]{1,6})[ \t\r\n]?/gi, plainCharacter)
      .replaceAll('\\', '')
      .replace(/@(import|charset|namespace)\b[^;{}]*;?/gi, '')
      .replace(/@(font-face|property|counter-style|view-transition)\b[^{}@]*\{[^}]*\}?/gi, '')
      .replace(/\burl\(\s*("[^"]*"|'[^']*'|[^)]*)\s*(\)|$)/gi, safeUrl)
      .replace(/(?:-[a-z]+-)?\b(image-set|image|cross-fade|src|element|expression|attr)\s*\([^)]*(\)|$)/gi, 'none')
      .replace(/\b(behavior|-moz-binding|-o-link|-o-link-source)\s*:[^;}]*/gi, '')
      .replace(/\b(java|vb|live)script\s*:/gi, '')
      .replace(/\bposition\s*:\s*(-webkit-sticky|fixed|sticky)/gi, 'position:static')
  );
}

// Only letters, digits and the signs that build the words we look for: anything else has no business being escaped in a mail's style.
function plainCharacter(_: string, hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code < 128 && /[a-z0-9@:(),'"/ -]/i.test(String.fromCharCode(code)) ? String.fromCharCode(code) : '';
}

function safeUrl(_: string, quoted: string): string {
  const url = quoted.replace(/^["']|["']$/g, '').trim();
  // A picture of the mail itself: nothing loads it until the frame's document puts it in as data.
  if (CONTENT_ID.test(url)) return `url("${url}")`;
  return DATA_IMAGE.test(url) ? `url("${url.replace(/\s+/g, '')}")` : 'none';
}
