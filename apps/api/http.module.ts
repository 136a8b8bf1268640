import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { JsonAnswers } from '../bootstrap/json-answers.interceptor.js';
import { JsonBodyInterceptor } from './http/json-body.interceptor.js';
import { ProblemFilter } from './http/problem-filter.js';
import { QueryGuard } from './http/query.guard.js';
import { ReferenceGuard } from './http/reference.guard.js';
import { ResourceHeadersInterceptor } from './http/resource-headers.interceptor.js';
import { RevisionHeaderInterceptor } from './http/revision-header.interceptor.js';
import { ServedPaths } from './http/served-paths.js';
import { ValidationPipe } from './http/validation-pipe.js';
import { WarningHeaderInterceptor } from './http/warning-header.interceptor.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';

/**
 * The filter, guards, pipe and interceptors of every request; interceptors in their order, outermost first.
 */
@Module({
  providers: [
    ServedPaths,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: ReferenceGuard },
    { provide: APP_GUARD, useClass: QueryGuard },
    { provide: APP_PIPE, useFactory: (): ValidationPipe => new ValidationPipe() },
    { provide: APP_INTERCEPTOR, useClass: JsonAnswers },
    { provide: APP_INTERCEPTOR, useClass: JsonBodyInterceptor },
    { provide: APP_INTERCEPTOR, useClass: ResourceHeadersInterceptor },
    { provide: APP_INTERCEPTOR, useClass: RevisionHeaderInterceptor },
    { provide: APP_INTERCEPTOR, useClass: WarningHeaderInterceptor },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
})
export class HttpModule {}
