import { expect, test } from 'vitest';
import { classIn, isMetaType, isTransferType, typeAny } from '../../../worker/message/query-type.ts';

const everyType = Array.from({ length: 65536 }, (_, type) => type);

test('nobody may ask for 0, OPT, NXNAME, TKEY or TSIG', () => {
  expect(everyType.filter(isMetaType)).toEqual([0, 41, 128, 249, 250]);
});

test('zone transfers are IXFR and AXFR', () => {
  expect(everyType.filter(isTransferType)).toEqual([251, 252]);
});

test('ANY is 255, and IN is class 1', () => {
  expect([typeAny, classIn]).toEqual([255, 1]);
});
