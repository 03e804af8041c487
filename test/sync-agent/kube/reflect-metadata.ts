/**
 * The part of the Reflect metadata proposal that @peculiar/x509's dependency tsyringe calls while it is loaded. None of
 * its classes that are used here has metadata. Import it before @peculiar/x509.
 */
const nothing = (): undefined => undefined;
for (const name of ['getMetadata', 'getOwnMetadata', 'defineMetadata'] as const) {
  if (!(name in Reflect)) Object.defineProperty(Reflect, name, { value: nothing });
}
