// The graph that is drawn: the topology, with subscribers of one topic that lead nowhere else put together.

/** @typedef {import("../world.js").Node} Node */
/** @typedef {import("../world.js").Edge} Edge */
/** @typedef {import("../world.js").Topology} Topology */
/**
 * @typedef {{id: string, kind: string, node: Node, members: string[]}} Drawn a node, or a group with the ids in it
 * @typedef {{id: string, source: string, target: string, edges: Edge[]}} Line all edges between two nodes
 * @typedef {{nodes: Drawn[], lines: Line[], topics: Map<string, number>, at: Map<string, string>}} Graph
 *   `topics`: how many subscribers of a topic can be put together; `at`: where each thing is drawn, if not as itself
 */

const MANY = 12; // subscribers of one topic are put together from so many on

/**
 * @param {Topology} topology
 * @param {Map<string, boolean>} chosen topics whose subscribers a person has put together, or taken apart
 * @returns {Graph}
 */
export function drawn(topology, chosen) {
  const alone = subscribersAlone(topology);
  const at = new Map();
  /** @type {Drawn[]} */
  const groups = [];
  for (const [topic, members] of alone) {
    if (!(chosen.get(topic) ?? members.length > MANY)) continue;
    const id = `group ${topic}`;
    for (const member of members) at.set(member, id);
    const name = `${members.length} subscribers`;
    groups.push({ id, kind: "group", members, node: { id, type: "group", name, account: null, region: null, missing: false } });
  }
  const queues = deadLetterQueues(topology.edges);
  const nodes = topology.nodes
    .filter(({ id }) => !at.has(id))
    .map((node) => ({ id: node.id, kind: queues.has(node.id) ? "dead" : kindOf(node), node, members: [] }));
  const topics = new Map([...alone].map(([topic, members]) => [topic, members.length]));
  return { nodes: [...nodes, ...groups], lines: linesOf(topology.edges, at), topics, at };
}

/** @param {Node} node */
function kindOf({ type }) {
  return type === "topic" || type === "queue" ? type : type.startsWith("http") ? "http" : "other";
}

/** The targets to which messages are redriven. @param {Edge[]} edges */
function deadLetterQueues(edges) {
  return new Set(edges.filter(({ type }) => type === "dead_letter" || type === "redrive").map(({ target }) => target));
}

/** By topic, its subscribers that nothing else leads to, and that lead nowhere. @param {Topology} topology */
function subscribersAlone({ edges }) {
  const incoming = new Map();
  const leading = new Set();
  for (const { source, target, type } of edges) {
    incoming.set(target, type === "subscription" && !incoming.has(target) ? source : null);
    leading.add(source);
  }
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const [target, source] of incoming) {
    if (source === null || leading.has(target)) continue;
    const members = found.get(source);
    if (members) members.push(target);
    else found.set(source, [target]);
  }
  for (const [topic, members] of found) if (members.length < 2) found.delete(topic);
  return found;
}

/** @param {Edge[]} edges @param {Map<string, string>} at */
function linesOf(edges, at) {
  /** @type {Map<string, Line>} */
  const lines = new Map();
  for (const edge of edges) {
    const source = at.get(edge.source) ?? edge.source;
    const target = at.get(edge.target) ?? edge.target;
    const id = `${source} ${target}`;
    const line = lines.get(id);
    if (line) line.edges.push(edge);
    else lines.set(id, { id, source, target, edges: [edge] });
  }
  return [...lines.values()];
}
