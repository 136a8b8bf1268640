import { keepCompiledCode } from '../gateway/lifecycle/keep-compiled-code.js';

// Before anything else is loaded.
keepCompiledCode();
await import('./run-all-in-one.js');
