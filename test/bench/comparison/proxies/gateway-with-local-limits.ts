import { keepCompiledCode } from '../../../../apps/gateway/lifecycle/keep-compiled-code.js';

// Before anything else is loaded.
keepCompiledCode();
await import('./run-with-local-limits.js');
