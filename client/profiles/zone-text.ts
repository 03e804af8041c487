/** Zones as text. Pure. */
import { UsageError } from '../../sync-agent/usage.ts';
import { formatName, type Name, NameError, parseName, root } from '../../zone/name.ts';

/** Undefined unless it is a domain name below the root. */
export function parseZone(value: unknown): Name | undefined {
  try {
    const zone = typeof value === 'string' ? parseName(value) : root;
    return zone === root ? undefined : zone;
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}

/** Without the final dot. */
export function zoneText(zone: Name): string {
  return formatName(zone).slice(0, -1);
}

/** The values of `--zone`, or of another flag, each once. Throws UsageError. */
export function readZones(texts: readonly string[], flag = '--zone'): readonly Name[] {
  const zones = texts.map((text) => {
    const zone = parseZone(text);
    if (zone === undefined) throw new UsageError(`${flag} "${text}" is not a domain name below the root`);
    return zone;
  });
  return [...new Set(zones)];
}
