/**
 * Parameters of a URL where a slip must not pass: one that is left out of account would widen what is asked for.
 */

/** What each may be, and how that is said. */
export type Forms<Name extends string> = Readonly<Record<Name, readonly [form: RegExp, inWords: string]>>;

export type Values<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** The reason when there is another parameter, one that is repeated, or one of another form. */
export function strictParameters<Name extends string>(
  url: string,
  forms: Forms<Name>,
): { readonly values: Values<Name> } | { readonly reason: string } {
  const values: { [name in string]?: string } = {};
  for (const [name, value] of new URL(url).searchParams) {
    const shown = JSON.stringify(name.slice(0, maxShownCharacters));
    if (!Object.hasOwn(forms, name)) {
      return { reason: `there is no parameter ${shown}; there are ${Object.keys(forms).join(', ')}` };
    }
    if (values[name] !== undefined) return { reason: `${shown} is there twice` };
    const [form, inWords] = forms[name as Name];
    if (!form.test(value)) return { reason: `${shown} must be ${inWords}` };
    values[name] = value;
  }
  return { values: values as Values<Name> };
}

const maxShownCharacters = 40;

/** One of these words. */
export function oneOf(...words: readonly string[]): Forms<string>[string] {
  return [new RegExp(`^(${words.join('|')})$`), words.join(' or ')];
}

export const labelForm: Forms<string>[string] = [/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a name of a-z, 0-9 and "-"'];

/** As seconds they are 31 years, and there is no telling them from none. */
export const countForm: Forms<string>[string] = [/^\d{1,9}$/, 'a whole number'];
