/** A file as its text, which the tests' bundler puts in. */
declare module '*.md?raw' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the bundler exports it so.
  export default text;
}
