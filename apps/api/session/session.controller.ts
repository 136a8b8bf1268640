import { Body, Controller, Delete, Get, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { sessionCreateSchema, sessionSchema, type Session, type SessionCreate } from '#libs/contract';
import { Public } from '../authentication/authentication.guard.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { SessionService } from './session.service.js';

@ApiTags('session')
@Controller('v1/session')
export class SessionController {
  constructor(private readonly session: SessionService) {}

  @Public()
  @Post()
  @Operation({
    id: 'createSession',
    summary: 'Sign in to the console: exchange a token for a cookie',
    description:
      'For the console in a browser; programs send `Authorization` themselves. The cookie `sluice_session` is encrypted, no script can read ' +
      'it, and it ends after 12 hours. It holds the credential, which every request checks again. With it, writes and WebSockets need the ' +
      '`Origin` of this API.',
    status: 200,
    answer: sessionSchema,
    path: [],
    features: ['body', 'fleet'],
    isPublic: true,
    problems: ['origin_forbidden'],
  })
  signIn(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @Body({ schema: sessionCreateSchema }) body: SessionCreate,
  ): Promise<Session> {
    return this.session.signIn(request, response, body);
  }

  @Get()
  @Operation({
    id: 'getSession',
    summary: 'Show whose credential this is, and its rights',
    status: 200,
    answer: sessionSchema,
    path: [],
    features: ['fleet'],
  })
  read(@Req() { hostname }: Request, @Context() { principal }: RequestContext): Promise<Session> {
    return this.session.describe(principal, hostname);
  }

  @Public()
  @Delete()
  @Operation({
    id: 'deleteSession',
    summary: 'Sign out of the console: remove the cookie',
    status: 204,
    path: [],
    features: [],
    isPublic: true,
    problems: ['origin_forbidden'],
  })
  signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): void {
    this.session.signOut(request, response);
  }
}
