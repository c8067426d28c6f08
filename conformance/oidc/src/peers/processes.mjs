/** Peers that are programs of their own: found, started on free loopback ports, ended. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** The first of the paths that is there. */
export const installed = (...paths) => paths.find((file) => fs.existsSync(file));

export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** Who runs what refuses to run as root: www-data, whose ids every Debian has. */
const WWW_DATA = 33;
const isRoot = process.getuid() === 0;

/** A folder of one peer, with the processes that live in it; stop() takes all of it away. */
export class Household {
  #children = [];

  constructor(name) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), `rollcall-${name}-`));
    // Daemons that start as root go on as somebody who must get in.
    fs.chmodSync(this.folder, 0o755);
    process.on('exit', () => this.#end('SIGKILL'));
  }

  /** Signals each process that still runs; takes the folder away. */
  #end(name) {
    for (const child of this.#children) if (child.exitCode === null) signal(child, name);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  write(name, text) {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  }

  /** A folder that a peer without rights writes to. */
  room(name) {
    const folder = path.join(this.folder, name);
    fs.mkdirSync(folder);
    if (isRoot) fs.chownSync(folder, WWW_DATA, WWW_DATA);
    return folder;
  }

  /** `plain`: not as root. */
  start(command, args, { env = {}, plain = false } = {}) {
    const log = fs.openSync(path.join(this.folder, 'log'), 'a');
    const ids = plain && isRoot ? { uid: WWW_DATA, gid: WWW_DATA } : {};
    const child = spawn(command, args, {
      ...ids,
      cwd: this.folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    this.#children.push(child);
    return child;
  }

  log() {
    return fs.readFileSync(path.join(this.folder, 'log'), 'utf8').slice(-2000);
  }

  /** Waits until the URL answers with 200. */
  async ready(url, seconds = 20) {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      if ((await status(url)) === 200) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
    throw new Error(`${url} does not answer:\n${this.log()}`);
  }

  async stop() {
    for (const child of this.#children) {
      const gone = new Promise((resolve) => {
        child.on('exit', resolve);
      });
      if (child.exitCode !== null) continue;
      signal(child, 'SIGTERM');
      const late = setTimeout(() => signal(child, 'SIGKILL'), 3000);
      await gone;
      clearTimeout(late);
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** To the child and those that it has started. */
function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has ended by itself.
  }
}

function status(url) {
  return new Promise((resolve) => {
    http
      .get(url, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
      .on('error', () => resolve(undefined));
  });
}
