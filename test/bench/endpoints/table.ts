/** What lists of endpoints cost, as text. */
import { layOut, limited, plain, type Table } from '../text-table.ts';
import type { ListFigures } from './measuring.ts';

/** What an isolate has for everything, garbage included. */
const maxHeapOctets = 128 * 1024 * 1024;

export function listTable({ services, endpoints, sizes, rows, mostHeapOctets }: ListFigures): Table {
  return layOut([
    { label: '', cells: ['CPU time', 'octets sent'].map(plain) },
    { heading: `Discovering ${whole(services)} Services, ${whole(endpoints)} endpoints with one port each` },
    ...rows.map(({ label, milliseconds, maxMilliseconds, octets }) => ({
      label,
      cells: [limited(milliseconds, maxMilliseconds, (value) => `${value.toFixed(0)} ms`), plain(mebibytes(octets))],
    })),
    { label: 'most heap while it is read', cells: [limited(mostHeapOctets, maxHeapOctets, mebibytes), plain('')] },
    { label: 'the value', cells: [plain(mebibytes(sizes.textOctets)), plain('')] },
    { label: 'compressed', cells: [plain(mebibytes(sizes.bodyOctets)), plain('')] },
  ]);
}

function whole(value: number): string {
  return value.toLocaleString('en');
}

function mebibytes(octets: number): string {
  return `${(octets / 1024 / 1024).toFixed(octets < 1024 * 1024 ? 3 : 1)} MiB`;
}
