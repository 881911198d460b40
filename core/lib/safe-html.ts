declare const safe: unique symbol;

/** HTML that went through `sanitiseHtml`: the only type a template may print with `| safe`. */
export type SafeHtml = string & { readonly [safe]: true };
