// sns-validator.
import { promisify } from "node:util";
import MessageValidator from "sns-validator";
import { run, version } from "./support.mjs";
import { signatures } from "./webhook.mjs";

const validator = new MessageValidator();
const validate = promisify(validator.validate.bind(validator));

await run(version("sns-validator"), { signatures: () => signatures(validate) });
