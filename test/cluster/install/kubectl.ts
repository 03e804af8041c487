/** kubectl of the control plane's version. */
import type { GoProgram } from '../control-plane/build.ts';

/** For `cachedProgram`, with the files that it is built from. */
export const kubectlProgram: GoProgram & { readonly sources: readonly string[] } = {
  name: 'kubectl',
  version: 'v1.36.3',
  goModule: 'kubectl',
  mainPackage: '.',
  linkerFlags: ['-X k8s.io/component-base/version.gitVersion=v1.36.3'],
  sources: ['go.mod', 'go.sum', 'main.go'],
};
