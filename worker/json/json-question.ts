/**
 * The parameters of a JSON question: `name`, `type`, `do`, `cd`. Of a parameter that comes twice the first counts; others
 * (`edns_client_subnet`, `random_padding`, …) are passed over.
 */
import { NameError, parseSpelledName, type SpelledName } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import { parseRecordType } from './record-types.ts';

export interface JsonQuestion {
  /** Letters as they came, so that the answer repeats them. */
  readonly name: SpelledName;
  readonly qtype: number;
  readonly dnssecOk: boolean;
  readonly checkingDisabled: boolean;
}

/** The first value of a parameter; undefined when there is none. */
export type Parameter = (name: string) => string | undefined;

/** The question, or one line that says what is wrong with the parameters. */
export function readJsonQuestion(parameter: Parameter): JsonQuestion | { readonly reason: string } {
  const name = readName(parameter('name'));
  if (typeof name === 'object') return name;
  const type = parameter('type');
  const qtype = type === undefined ? typeCodes.A : parseRecordType(type);
  if (qtype === undefined) {
    return because('"type" must be a record type such as AAAA or SRV, or a number from 1 to 65535');
  }
  const dnssecOk = readFlag(parameter('do'));
  const checkingDisabled = readFlag(parameter('cd'));
  if (dnssecOk === undefined) return because('"do" must be 0, 1, false or true');
  if (checkingDisabled === undefined) return because('"cd" must be 0, 1, false or true');
  return { name, qtype, dnssecOk, checkingDisabled };
}

function readName(text: string | undefined): SpelledName | { readonly reason: string } {
  if (text === undefined || text === '')
    return because('a "name" parameter is needed, such as name=web.shop.svc.cluster.local');
  try {
    return parseSpelledName(text);
  } catch (error) {
    if (error instanceof NameError) return because(error.message);
    throw error;
  }
}

/** Absent and empty mean no. */
function readFlag(text: string | undefined): boolean | undefined {
  switch (text?.toLowerCase()) {
    case undefined:
    case '':
    case '0':
    case 'false':
      return false;
    case '1':
    case 'true':
      return true;
    default:
      return undefined;
  }
}

function because(reason: string): { readonly reason: string } {
  return { reason };
}
