/** Lines of the endpoints value as they are written, so that `readEndpointsLine` reads each of them. */
import { maxLineOctets } from '../supplement/supplement.ts';
import type { EndpointsLine } from './line.ts';

/** Without its line feed. Undefined where it would be too long. Its texts are printable ASCII without `"` and `\`. */
export function formatEndpointsLine(line: EndpointsLine): string | undefined {
  const { name, labels, ports, columns, endpoints } = line;
  const text = JSON.stringify({ name, labels, ports, columns, endpoints });
  return text.length > maxLineOctets ? undefined : text;
}

/** Whether a text can stand in a line. */
export function isPlainText(text: string): boolean {
  return /^[ !#-[\]-~]*$/.test(text);
}
