import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../authentication/authentication.guard.js';
import { ProblemError } from '../http/problem-error.js';

/** Explains the missing console; the API works without it. */
@Public()
@ApiExcludeController()
@Controller('console')
export class UnbuiltConsoleController {
  @Get(['', '*path'])
  explain(): never {
    throw new ProblemError('not_found', {
      detail: 'The console is not built. Build it with `npm run build:console`, and restart the API.',
    });
  }
}
