/** The commands by which every shell looks words up. They say nothing when there is no login. */

/** An edge is asked at most so often while somebody types. */
const list = 'kube-doh list --max-age 30s';

export const sourceCommands = {
  names: list,
  namespaces: `${list} --namespaces`,
  profiles: 'kube-doh profiles --names',
} as const;
