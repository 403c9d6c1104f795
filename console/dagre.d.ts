// The types of what the console uses of dagre, whose own do not fit together.

export class Graph {
  setGraph(label: { rankdir?: "TB" | "LR"; nodesep?: number; ranksep?: number; ranker?: string }): this;
  graph(): { width?: number; height?: number };
  setDefaultEdgeLabel(label: () => object): this;
  setNode(name: string, label: { width: number; height: number }): this;
  node(name: string): { x: number; y: number };
  setEdge(source: string, target: string): this;
}
export function layout(graph: Graph, options?: { disableOptimalOrderHeuristic?: boolean }): void;
