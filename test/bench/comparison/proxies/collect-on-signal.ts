import { Session } from 'node:inspector';

// Loaded into a program before its main file. The collection of the inspector also frees memory that `gc()`
// keeps for later.
const session = new Session();
session.connect();
process.on('SIGUSR2', () => session.post('HeapProfiler.collectGarbage'));
