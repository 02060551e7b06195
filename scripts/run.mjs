// Bootstrap of every npm script: installs what is missing, generates the Prisma client, then runs a file with the
// project's own Node. Plain JavaScript without dependencies, because it runs before anything is installed, on any Node
// from 18 on.   node scripts/run.mjs <file> [arguments]   ·   without a file it only prepares the checkout
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const isWindows = process.platform === 'win32';
const requiredNodeMajor = 24;

/** The environment without `node_modules/.bin` on the path: npm must not run on the Node that it is about to replace. */
function outsideEnvironment() {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !entry.includes(join('node_modules', '.bin')));
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(lifecycle|package|node_execpath|execpath|command)/i.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}

/** Prints one sentence and ends with code 1. */
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

const hash = (files) => {
  const digest = createHash('sha256');
  for (const file of files) digest.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return digest.digest('hex');
};

const lockHash = () => hash([join(root, 'package-lock.json')]);

/** Everything that the generated client depends on: schema files, their configuration and the versions installed. */
function schemaHash() {
  const folder = join(root, 'prisma', 'schema');
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.prisma'))
        .sort()
    : [];
  return hash([
    join(root, 'package-lock.json'),
    join(root, 'prisma', 'prisma.config.ts'),
    ...files.map((name) => join(folder, name)),
  ]);
}

const installStamp = join(modules, '.greenlight-install');
const schemaStamp = join(modules, '.greenlight-schema');
const readStamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const isInstalled = () => readStamp(installStamp) === lockHash();
const isGenerated = () =>
  readStamp(schemaStamp) === schemaHash() && existsSync(join(root, 'prisma', 'generated', 'client.ts'));

/** Whether npm's own record of what it installed already equals the lock file, as after a `npm install` by hand. */
function installedByHand() {
  const record = join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const have = JSON.parse(readFileSync(record, 'utf8')).packages;
  const want = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const isPackage = (path) => path.includes('node_modules/');
  return (
    Object.keys(have).every((path) => !isPackage(path) || path in want) &&
    Object.entries(want).every(([path, entry]) => {
      if (!isPackage(path) || (entry.optional && !(path in have))) return true;
      return path in have && have[path].version === entry.version && have[path].integrity === entry.integrity;
    })
  );
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs `work` while no other bootstrap of this checkout does; a lock left by a dead process is taken over. */
async function withLock(work) {
  const lock = join(root, '.greenlight-bootstrap.lock');
  for (let told = false; ;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST')
        fail(`Greenlight cannot write to ${root} (${error.code}): make the folder writable for this user.`);
    }
    const owner = Number(readStamp(lock));
    // An empty file is a lock that its owner has created and not yet signed.
    if (owner && !isAlive(owner)) {
      const stale = `${lock}.${process.pid}`;
      try {
        renameSync(lock, stale);
        // Between reading and renaming, another process may have taken the lock over: then it is not ours to remove.
        if (Number(readStamp(stale)) === owner) rmSync(stale);
        else renameSync(stale, lock);
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
      }
      continue;
    }
    if (!told) console.error(`Waiting for another installation of this checkout (process ${owner || 'starting'}) …`);
    told = true;
    await new Promise((wake) => setTimeout(wake, 200));
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  await work();
  release();
  process.removeListener('exit', release);
}

/** Path of the project's own Node, or of the running one on platforms that npm has none for. */
function pinnedNode() {
  const folder = join(modules, `node-${isWindows ? 'win' : process.platform}-${process.arch}`, 'bin');
  const pinned = join(folder, isWindows ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= requiredNodeMajor) return process.execPath;
  return fail(
    `Greenlight brings no Node for ${process.platform}-${process.arch}: install Node ${requiredNodeMajor} or newer (this is ${process.version}).`,
  );
}

function install() {
  if (installedByHand()) return writeFileSync(installStamp, lockHash());
  console.error('Installing packages (once per change of package-lock.json) …');
  const installed = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: outsideEnvironment(),
    stdio: ['ignore', 2, 2],
    shell: isWindows,
  });
  if (installed.error) fail(`npm could not be started (${installed.error.code}): it comes with Node.`);
  if (installed.status !== 0) fail('The packages could not be installed: npm ci failed, its message stands above.');
  writeFileSync(installStamp, lockHash());
}

function generateClient() {
  const generated = spawnSync(pinnedNode(), [join(modules, 'prisma', 'build', 'index.js'), 'generate'], {
    cwd: join(root, 'prisma'),
    encoding: 'utf8',
    env: {
      ...outsideEnvironment(),
      // The generator never starts a schema engine with driver adapters, it only insists that one exists.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  if (generated.status !== 0)
    fail(`The Prisma client could not be generated.\n${generated.stdout ?? ''}${generated.stderr ?? ''}`);
  mkdirSync(dirname(schemaStamp), { recursive: true });
  writeFileSync(schemaStamp, schemaHash());
}

if (!isInstalled() || !isGenerated()) {
  await withLock(() => {
    if (!isInstalled()) install();
    if (!isGenerated()) generateClient();
  });
}

const [file, ...rest] = process.argv.slice(2);
if (file) {
  const child = spawn(pinnedNode(), [resolve(root, file), ...rest], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: join(modules, '.bin') + delimiter + (process.env.PATH ?? '') },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}
