// What the programs of clients for JavaScript have in common.
import { readFileSync } from "node:fs";

// Ask the control interface of the emulator for something.
export async function emulator(path, body, method = "POST") {
  const answer = await fetch(`${process.env.AWS_ENDPOINT_URL}/_emulator/${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

// The version of a package that is installed where the program runs.
export function version(name) {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
}

// Run the checks, by name, in turn; the program fails at the first that does not hold.
export async function run(clientVersion, checks) {
  console.log("version", clientVersion);
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log("passed", name);
  }
}
