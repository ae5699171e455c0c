import { serveSandbox } from '../../src/sandbox/process.ts';
import { toFailure } from '../../src/shared/errors.ts';

/** What `deployotron sandbox serve` does, in a process of its own: `node serveSandbox.ts <state dir> --port <port>`. */
const [stateDir = '', , port] = process.argv.slice(2);

serveSandbox({ stateDir, port: Number(port) }).then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${toFailure(error).message}\n`);
    process.exit(1);
  },
);
