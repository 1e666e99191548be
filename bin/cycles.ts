/** One path through each cycle of a graph, without its first node again at the end. */
export function findCycles(edges: readonly { readonly path: string; readonly target: string }[]): readonly string[][] {
  const graph = Map.groupBy(edges, ({ path }) => path)
  const done = new Set<string>()
  const trail: string[] = []
  const cycles: string[][] = []

  const visit = (node: string) => {
    if (done.has(node)) return
    if (trail.includes(node)) return void cycles.push(trail.slice(trail.indexOf(node)))
    trail.push(node)
    for (const target of new Set(graph.get(node)?.map((edge) => edge.target))) visit(target)
    trail.pop()
    done.add(node)
  }
  for (const node of graph.keys()) visit(node)
  return cycles
}
