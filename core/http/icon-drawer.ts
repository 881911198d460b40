import nunjucks from 'nunjucks';
import type { Log } from '../lib/log.ts';
import type { Icons } from './icons.ts';

type Html = nunjucks.runtime.SafeString;

/** `icon(name, classes)` of the templates. A page draws a hundred, most of them the same: each is written once for each sprite. */
export function iconDrawer(icons: Icons, strict: boolean, log: Log): (name: string, className?: string) => Html {
  const drawn = new Map<string, Html>();
  let version = '';
  const draw = (name: string, className: string): Html => {
    const classes = `icon ${className}`.trim().replace(/[^\w -]/g, '');
    const href = `/assets/icons.svg?v=${version}#${name.replace(/[^a-z0-9-]/g, '')}`;
    return new nunjucks.runtime.SafeString(`<svg class="${classes}" aria-hidden="true"><use href="${href}"/></svg>`);
  };
  return (name, className = '') => {
    if (!icons.has(name)) {
      if (strict) throw new Error(`no icon ${name}`);
      log.warn('icon_missing', { icon: name });
    }
    if (version !== icons.version()) {
      version = icons.version();
      drawn.clear();
    }
    const key = `${name} ${className}`;
    const known = drawn.get(key) ?? draw(name, className);
    drawn.set(key, known);
    return known;
  };
}
