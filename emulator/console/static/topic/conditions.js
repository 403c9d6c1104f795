// Filter policies in words.

/** @typedef {{key: string, condition: string}} Rule a key, and what its value has to be */

/** @param {unknown} policy @param {string} [prefix] @returns {Rule[]} */
export function rulesOf(policy, prefix = "") {
  if (!policy || typeof policy !== "object") return [];
  return Object.entries(policy).flatMap(([key, value]) => {
    if (key === "$or" && Array.isArray(value))
      return [{ key: `${prefix}either`, condition: value.map((branch) => inWords(rulesOf(branch, prefix))).join(", or ") }];
    const name = prefix + key;
    return Array.isArray(value) ? [{ key: name, condition: value.map(conditionInWords).join(", or ") }] : rulesOf(value, `${name}.`);
  });
}

/** @param {Rule[]} rules */
function inWords(rules) {
  return rules.map(({ key, condition }) => `${key} ${condition}`).join(" and ");
}

/** @param {unknown} condition */
function conditionInWords(condition) {
  if (condition === null || typeof condition !== "object") return `is ${JSON.stringify(condition)}`;
  const [operator, operand] = Object.entries(condition)[0] ?? ["", null];
  const say = OPERATORS[operator];
  return say ? say(operand) : `${operator} ${JSON.stringify(operand)}`;
}

/** @type {Record<string, (operand: any) => string>} */
const OPERATORS = {
  prefix: (operand) => `begins with ${ignoringCase(operand)}`,
  suffix: (operand) => `ends with ${ignoringCase(operand)}`,
  "anything-but": (operand) => `is anything but ${anythingBut(operand)}`,
  "equals-ignore-case": (operand) => `is ${JSON.stringify(operand)} in any case`,
  exists: (operand) => (operand ? "is there" : "is not there"),
  cidr: (operand) => `is an address in ${operand}`,
  numeric: (operand) => `is a number ${pairs(operand).map(([sign, number]) => `${sign} ${number}`).join(" and ")}`,
  wildcard: (operand) => `is like ${JSON.stringify(operand)}`,
};

/** @param {unknown} operand */
function ignoringCase(operand) {
  const text = /** @type {{"equals-ignore-case"?: unknown}|null} */ (operand)?.["equals-ignore-case"];
  return text === undefined ? JSON.stringify(operand) : `${JSON.stringify(text)} in any case`;
}

/** @param {unknown} operand @returns {string} */
function anythingBut(operand) {
  if (Array.isArray(operand)) return operand.map((each) => JSON.stringify(each)).join(" or ");
  return operand && typeof operand === "object" ? `what ${conditionInWords(operand)}` : JSON.stringify(operand);
}

/** @param {unknown} list @returns {[unknown, unknown][]} */
function pairs(list) {
  if (!Array.isArray(list)) return [];
  return Array.from({ length: Math.floor(list.length / 2) }, (_, index) => [list[2 * index], list[2 * index + 1]]);
}
