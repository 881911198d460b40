import nunjucks from 'nunjucks';

type Exported = (error: unknown, macros: unknown) => void;
interface Importable {
  getExported(...args: [Exported] | [object, object, Exported]): void;
}

const made = new WeakMap<object, unknown>();

/**
 * A file of macros that is imported without context gives the same macros each time: nunjucks ran it again for every import of every page.
 * Those imported with context, which see the page, are still run for each.
 */
export function shareMacros(): void {
  const proto = nunjucks.Template.prototype as unknown as Importable;
  const { getExported } = proto;
  if (made.has(proto)) return;
  made.set(proto, true);
  proto.getExported = function (this: Importable, ...args) {
    const [done] = args;
    if (typeof done !== 'function') return getExported.apply(this, args);
    if (made.has(this)) return done(null, made.get(this));
    return getExported.call(this, (error, macros) => {
      if (error === null) made.set(this, macros);
      done(error, macros);
    });
  };
}
