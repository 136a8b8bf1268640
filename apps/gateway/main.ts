import { keepCompiledCode } from './lifecycle/keep-compiled-code.js';

// Before anything else is loaded.
keepCompiledCode();
await import('./run-gateway.js');
