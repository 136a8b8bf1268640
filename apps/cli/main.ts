#!/usr/bin/env node
import { runCommandLine } from './run-command-line.js';
import { Terminal } from './terminal.js';

const terminal = new Terminal(process);
process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
