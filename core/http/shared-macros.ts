import nunjucks from 'nunjucks';

type Exported = (error: unknown, macros: unknown) => void;
const MACROS = Symbol('macros');
interface Importable {
  [MACROS]?: unknown;
  getExported(...args: [Exported] | [object, object, Exported]): void;
}

let isShared = false;

/**
 * A file of macros that is imported without context gives the same macros each time: nunjucks ran it again for every import of every page.
 * Those imported with context, which see the page, are still run for each.
 */
export function shareMacros(): void {
  const proto = nunjucks.Template.prototype as unknown as Importable;
  const { getExported } = proto;
  if (isShared) return;
  isShared = true;
  proto.getExported = function (this: Importable, ...args) {
    const [done] = args;
    if (typeof done !== 'function') return getExported.apply(this, args);
    if (this[MACROS] !== undefined) return done(null, this[MACROS]);
    return getExported.call(this, (error, macros) => {
      if (error === null) this[MACROS] = macros;
      done(error, macros);
    });
  };
}
