// sns-payload-validator.
import Validator from "sns-payload-validator";
import { run, version } from "./support.mjs";
import { signatures } from "./webhook.mjs";

const validator = new Validator();

await run(version("sns-payload-validator"), { signatures: () => signatures(validator.validate) });
