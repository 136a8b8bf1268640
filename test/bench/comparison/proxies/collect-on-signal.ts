import { Session } from 'node:inspector';

// Loaded into a program before its own main file. What the inspector collects includes what `gc()` keeps for later.
const session = new Session();
session.connect();
process.on('SIGUSR2', () => session.post('HeapProfiler.collectGarbage'));
