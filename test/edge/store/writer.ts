/** `node writer.ts FOLDER FIRST`: writes values without end, each of one number again and again, and tells when one is durable. */
import { writeSync } from 'node:fs';
import { DiskStore } from '../../../edge/store/disk-store.ts';

const parts = 64;
const partOctets = 64 * 1024;

const [, , folder, first] = process.argv;
const store = new DiskStore(folder!);

for (let number = Number(first); ; number += 1) {
  await store.put({ key: 'a', metadata: String(number), expiresAt: undefined }, octetsOf(number));
  writeSync(1, `${number}\n`);
}

async function* octetsOf(number: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < parts; i += 1) yield Buffer.alloc(partOctets, `${number} `.padStart(16));
}
